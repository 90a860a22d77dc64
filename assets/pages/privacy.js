// Fetches a download that was made ready, and copies what stands in a field. Where the browser keeps its clipboard to itself,
// the text is selected, ready to be copied.
document.addEventListener("htmx:after:swap", () => {
  const link = document.querySelector("a[data-fetch]");
  link?.removeAttribute("data-fetch");
  link?.click();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.querySelector("span").textContent = button.dataset.copied;
  } catch {
    field.focus();
  }
});
