// Bring in: sends files and folders piece by piece. What the server has acknowledged is never sent again: files are known by
// name, size, last change and a fingerprint of their beginning and end, so the same ones go on where they stopped.
import { ask, htmx, refused, trouble } from "../whole.js";

const PIECE = 4_000_000;
const HEAD = 65_536;
const MOST_PIECES = 500;
const PAUSES = [500, 1000, 2000, 5000, 10_000];
const MARK = ".obsidian";

const zone = document.getElementById("drop");
if (zone) prepare();

function prepare() {
  const panel = document.getElementById("sending");
  const bar = document.getElementById("sent");
  const words = document.getElementById("sent-words");
  const said = document.getElementById("sent-said");
  const told = zone.dataset;
  const language = document.documentElement.lang;
  const queue = [];
  let running = false;
  let paused = new AbortController();

  zone.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choose]");
    if (choice) document.getElementById(choice.dataset.choose).click();
  });
  for (const input of zone.querySelectorAll("input")) {
    input.addEventListener("change", () => {
      bring([...input.files].map((file) => ({ file, name: file.webkitRelativePath || file.name })));
      input.value = "";
    });
  }
  if (!("webkitdirectory" in HTMLInputElement.prototype)) zone.querySelector("[data-choose=folder]").hidden = true;

  let inside = 0;
  addEventListener("dragenter", () => zone.classList.toggle("over", ++inside > 0));
  addEventListener("dragleave", () => zone.classList.toggle("over", --inside > 0));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", async (event) => {
    event.preventDefault();
    inside = 0;
    zone.classList.remove("over");
    bring(await dropped(event.dataTransfer));
  });
  panel.querySelector("[data-pause]").addEventListener("click", () => paused.abort());
  addEventListener("beforeunload", (event) => {
    if (running) event.preventDefault();
  });

  async function bring(found) {
    const files = visible(found);
    if (!files.length) {
      trouble(told.nothing);
      return;
    }
    queue.push(...files);
    if (running) return;
    running = true;
    paused = new AbortController();
    panel.hidden = false;
    document.getElementById("deliveries").dataset.sending = "";
    said.textContent = told.sending;
    try {
      while (queue.length) await deliver(queue.splice(0));
      said.textContent = told.arrived;
    } catch (error) {
      queue.length = 0;
      said.textContent = "";
      if (!paused.signal.aborted && !error.told) throw error;
    } finally {
      running = false;
      panel.hidden = true;
      delete document.getElementById("deliveries").dataset.sending;
      htmx.trigger(document.body, "brought", {});
    }
  }

  async function deliver(files) {
    const notes = [];
    bar.removeAttribute("value");
    for (const { file, name } of files) {
      notes.push({ name, size: file.size, modified: file.lastModified, mark: await fingerprint(file) });
      if (notes.length % 50 === 1) words.textContent = told.looking.replace("{count}", number(notes.length));
    }
    const json = { "Content-Type": "application/json" };
    const places = await (await post("/bring/announce", JSON.stringify(notes), json, null)).json();
    paused.signal.throwIfAborted();
    const waiting = places.map((place, n) => place && { ...place, file: files[n].file }).filter(Boolean);
    if (!waiting.length) trouble(told.nothing);
    const began = performance.now();
    const before = total(waiting, "received");
    for (;;) {
      const pieces = next(waiting);
      if (!pieces.length) break;
      const body = await read(pieces);
      if (!body) continue;
      const kept = await (await post("/bring/pieces", body, { "Content-Type": "application/octet-stream" })).json();
      kept.forEach(({ received, wanted }, n) => Object.assign(pieces[n].place, { received, wanted }));
      show(waiting, before, (performance.now() - began) / 1000);
    }
  }

  /** Reads the bytes of pieces. A file that cannot be read any more is left out; then there is nothing to send yet. */
  async function read(pieces) {
    const parts = [];
    for (const { place, from, to } of pieces) {
      try {
        parts.push(await place.file.slice(from, to).arrayBuffer());
      } catch {
        place.received = place.wanted = 0;
        await post(`/bring/${place.delivery}/without/${place.number}`);
        return null;
      }
    }
    const headings = pieces.map(({ place, from, to }) => [place.delivery, place.number, from, to - from]);
    return new Blob([`${JSON.stringify(headings)}\n`, ...parts]);
  }

  /** Sends something until the server has it; waits for a connection that is gone. A pause cuts it short by its signal. */
  async function post(address, body, headers, signal = paused.signal) {
    for (let tries = 0; ; tries++) {
      let answer;
      try {
        answer = await ask(address, { method: "POST", body, headers, signal });
      } catch (error) {
        if (paused.signal.aborted) throw error;
      }
      if (answer?.ok) return answer;
      if (answer && ![502, 503, 504].includes(answer.status)) throw await refused(answer);
      words.textContent = said.textContent = told.lost;
      await pause(PAUSES[Math.min(tries, PAUSES.length - 1)]);
      paused.signal.throwIfAborted();
    }
  }

  function pause(milliseconds) {
    return new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
      addEventListener("online", resolve, { once: true });
      paused.signal.addEventListener("abort", resolve, { once: true });
    });
  }

  function show(waiting, before, seconds) {
    const done = total(waiting, "received");
    const all = total(waiting, "wanted");
    bar.max = all || 1;
    bar.value = done;
    const rate = (done - before) / Math.max(seconds, 0.001);
    const text = seconds > 1 ? told.rate.replace("{rate}", size(rate)) : told.sent;
    words.textContent = text.replace("{done}", size(done)).replace("{total}", size(all));
    if (said.textContent !== told.sending) said.textContent = told.sending;
  }

  function number(value) {
    return new Intl.NumberFormat(language).format(value);
  }

  function size(bytes) {
    const unit = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "KB"];
    const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    return `${new Intl.NumberFormat(language, digits).format(bytes / unit[0])} ${unit[1]}`;
  }
}

/** Returns the pieces to send next: one of a file, so that the server can say first whether it wants more of it. */
function next(waiting) {
  const pieces = [];
  let room = PIECE;
  for (const place of waiting) {
    if (place.received >= place.wanted) continue;
    const most = !place.received && place.wanted > 4 * HEAD ? HEAD : room;
    const to = Math.min(place.wanted, place.received + Math.min(room, most));
    pieces.push({ place, from: place.received, to });
    room -= to - place.received;
    if (room <= 0 || pieces.length === MOST_PIECES) break;
  }
  return pieces;
}

function total(waiting, what) {
  return waiting.reduce((sum, place) => sum + place[what], 0);
}

/** Returns the files without hidden ones, of a vault of notes with one that marks it. */
function visible(found) {
  const marks = new Set();
  return found.filter(({ name }) => {
    const parts = name.split("/").slice(1);
    if (!parts.some((part) => part.startsWith("."))) return true;
    if (!parts.includes(MARK)) return false;
    const place = name.slice(0, name.indexOf(`/${MARK}/`));
    return !marks.has(place) && marks.add(place);
  });
}

/** Returns what was dropped, folders with all that is in them. */
async function dropped(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push({ file: entry, name: entry.name });
    else if (entry) await walk(entry, found);
  }
  return found;
}

async function walk(entry, found) {
  const name = entry.fullPath.slice(1);
  if (entry.isFile) {
    const file = await new Promise((resolve) => entry.file(resolve, () => resolve(null)));
    found.push({ file: file ?? new File([], entry.name), name });
    return;
  }
  if (entry.name === MARK) {
    found.push({ file: new File([], "mark"), name: `${name}/mark` });
    return;
  }
  if (entry.name.startsWith(".") && name.includes("/")) return;
  const reader = entry.createReader();
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) return;
    for (const each of some) await walk(each, found);
  }
}

/** Returns a short hash of the beginning and the end of a file: tells two states of it apart, nothing more. */
async function fingerprint(file) {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  const ends = file.size <= 2 * HEAD ? [file] : [file.slice(0, HEAD), file.slice(-HEAD)];
  for (const part of ends) {
    let bytes;
    try {
      bytes = new Uint8Array(await part.arrayBuffer());
    } catch {
      return "unread";
    }
    for (const byte of bytes) {
      a = Math.imul(a ^ byte, 2654435761);
      b = Math.imul(b ^ byte, 1597334677);
    }
  }
  return (a >>> 0).toString(16).padStart(8, "0") + (b >>> 0).toString(16).padStart(8, "0");
}

// What refreshes itself says once that the server is away, and takes that back; what was said before it leaves alone. When
// the last import ends, the rest of the page learns of it; also of one that began and ended between two looks.
const page = document.querySelector(".bring");
if (page) {
  const deliveries = document.getElementById("deliveries");
  const refreshes = (event) => event.target.matches("[data-busy], #deliveries, #steps, #household");
  const isBusy = () => deliveries.querySelector("[data-busy]")?.dataset.busy === "true";
  const over = () => [...deliveries.querySelectorAll("[data-standing=done]")].map((each) => each.id);
  let busy = isBusy();
  let known = over();
  let away = false;
  page.addEventListener("htmx:before:request", (event) => {
    if (refreshes(event)) event.stopPropagation();
  });
  page.addEventListener("htmx:error", (event) => {
    if (refreshes(event) && away) event.stopPropagation();
    away = true;
  });
  deliveries.addEventListener("htmx:after:swap", () => {
    if (away) document.getElementById("trouble").replaceChildren();
    away = false;
    const ended = over();
    if (!isBusy() && (busy || ended.some((each) => !known.includes(each)))) htmx.trigger(document.body, "settled", {});
    busy = isBusy();
    known = ended;
  });
}
