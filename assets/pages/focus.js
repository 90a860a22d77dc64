// Where the focus goes when what was pressed is gone after an exchange: to what the answer marks.
document.addEventListener("htmx:after:swap", () => {
  const next = document.querySelector("[data-focus]");
  next?.removeAttribute("data-focus");
  if (next && document.activeElement === document.body) next.focus();
});
