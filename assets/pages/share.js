// What was shared while the server was away: told on every page, shown where it is kept, offered one after the other once the
// server answers, and put away when the server says that somebody decided on it.
import { drop, kept } from "../kept.js";
import { ask, refused, trouble } from "../whole.js";

const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\s]+/g;
const LONGEST = 200;

const told = document.body.dataset;
const place = document.getElementById("kept");
if (place) begin();
else if (told.keptOne) tell();

document.addEventListener("htmx:after:swap", async () => {
  const decided = document.querySelector("[data-decided]")?.dataset.decided;
  if (!decided) return;
  await drop(decided);
  tell();
});

/** Says on a page what waits on this device, but not of what it asks about just now. */
async function tell() {
  const here = document.querySelector("[data-asks]")?.dataset.asks;
  const count = (await kept()).filter((each) => each.id !== here).length;
  document.getElementById("kept-note")?.remove();
  if (!count) return;
  const note = document.createElement("p");
  note.id = "kept-note";
  note.className = "note";
  const way = document.createElement("a");
  way.href = "/share/kept";
  way.textContent = told.keptLook;
  const number = new Intl.NumberFormat(document.documentElement.lang).format(count);
  note.append(count === 1 ? told.keptOne : told.keptMany.replace("{count}", number), " ", way);
  document.getElementById("trouble").after(note);
}

/** Shows what is kept. Where the server is there, the oldest is offered at once, unless something is to be said first. */
async function begin() {
  const offers = "offers" in place.dataset;
  const not = new URLSearchParams(location.search).get("not");
  const why = [...place.querySelectorAll("[data-not]")].find((each) => each.dataset.not === not);
  if (why) why.hidden = false;
  const shares = await show();
  if (why) place.hidden = false;
  if (!shares.length) return;
  navigator.storage?.persist?.(); // so that the browser does not make room at its cost
  if (offers && !why) await offer(shares[0]);
}

async function show() {
  const shares = await kept();
  const form = place.querySelector("template");
  const rows = shares.map((share) => {
    const row = form.content.cloneNode(true);
    for (const each of row.querySelectorAll("[data-name]")) each.textContent = nameOf(share);
    row.querySelector("[data-at]").textContent = momentOf(share);
    row.querySelector("[data-look]")?.addEventListener("click", () => offer(share));
    row.querySelector("[data-throw]").addEventListener("click", () => throwAway(share));
    return row;
  });
  place.querySelector("ul").replaceChildren(...rows);
  place.querySelector("[data-some]").hidden = !shares.length;
  const none = place.querySelector("[data-none]");
  if (none) none.hidden = shares.length > 0;
  place.hidden = !none && !shares.length;
  return shares;
}

function nameOf({ title, text, url, files }) {
  const name = title || text || url || files.map((each) => each.name).join(", ");
  return name.slice(0, LONGEST).replaceAll(UNSEEN, " ").trim();
}

function momentOf({ at }) {
  const language = document.documentElement.lang.replace(/^en$/, "en-GB"); // the day first, and 24 hours, as everywhere here
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short" }).format(at);
}

async function throwAway(share) {
  if (!confirm(place.dataset.sure)) return;
  await drop(share.id);
  await show();
  (place.querySelector("[data-throw]") ?? document.getElementById("main")).focus();
}

/** Sends a share through the same door as a fresh one; it stays here until it was decided on. */
async function offer(share) {
  const form = new FormData();
  for (const name of ["title", "text", "url"]) form.append(name, share[name]);
  form.append("kept", share.id);
  for (const { name, blob } of share.files) form.append("files", blob, name);
  try {
    const answer = await ask("/share", { method: "POST", body: form });
    if (answer.ok) location.replace("/share");
    else await refused(answer);
  } catch {
    trouble(told.offline);
  }
}
