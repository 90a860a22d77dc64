// What every page does: say when the server cannot be reached, put away what is dismissed, keep the offline page at hand.
import htmx from "./htmx.js";

const told = document.body.dataset;

function trouble(sentence) {
  const place = document.getElementById("trouble");
  const box = document.createElement("div");
  box.className = "trouble";
  const words = document.createElement("p");
  words.textContent = sentence;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "plain";
  close.dataset.dismiss = "";
  close.setAttribute("aria-label", told.close);
  close.textContent = "×";
  box.append(words, close);
  place?.replaceChildren(box);
}

document.addEventListener("click", (event) => {
  event.target.closest("[data-dismiss]")?.closest(".trouble, .note, dialog")?.remove();
});

document.addEventListener("htmx:error", (event) => {
  const status = event.detail?.ctx?.response?.status;
  if (!status) trouble(told.offline);
});

document.addEventListener("htmx:before:request", () => document.getElementById("trouble")?.replaceChildren());

/** Sends a request as the page does: with its token. Throws where the server cannot be reached. */
export function ask(address, options = {}) {
  const headers = { "X-Page-Token": told.token, "HX-Request": "true", ...options.headers };
  return fetch(address, { ...options, headers, credentials: "same-origin" });
}

/** Shows why the server does not take something, and returns an error that says that this was told. */
export async function refused(answer) {
  if (answer.status === 401) location.assign(answer.headers.get("HX-Redirect") ?? "/signin");
  const part = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("trouble").replaceChildren(...part.body.children);
  return Object.assign(new Error("refused"), { told: true });
}

export { htmx, trouble };

// Where the browser does not let it (a private window), pages work without.
navigator.serviceWorker?.register("/sw.js", { updateViaCache: "none" }).catch(() => {});

// The page for when the server is away stands at the address that was wanted, and goes on as soon as it is back.
if (document.querySelector("[data-looks-again]") && location.pathname !== "/offline") {
  const look = async () => (await fetch("/health").catch(() => null))?.ok && location.reload();
  setInterval(() => document.hidden || look(), 3000);
  addEventListener("online", look);
}
