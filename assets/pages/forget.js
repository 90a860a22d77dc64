// What the page "forget" needs beyond htmx: its dialog, and printing.
document.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-opens]");
  if (opens) document.getElementById(opens.dataset.opens)?.showModal();
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("htmx:finally:request", (event) => {
  const dialog = event.target.closest?.("dialog");
  if (!dialog?.open || !dialog.isConnected) return;
  dialog.close(); // it is still there: what went wrong stands at the top of the page
  document.getElementById("main").scrollIntoView();
});
