// Life: walking through a year's weeks and a month's days by arrow keys, and where the focus goes when a part is exchanged.
const ROVED = "table[data-roves] a";

function life() {
  return document.getElementById("life");
}

/** One stop of the tab key for each month: from there on the arrow keys go. */
function rove() {
  for (const table of document.querySelectorAll("table[data-roves]")) {
    const links = [...table.querySelectorAll("a")];
    links.forEach((link, n) => (link.tabIndex = n ? -1 : 0));
  }
}

function step(event) {
  const link = event.target.closest?.(ROVED);
  if (!link) return;
  const cell = link.parentElement;
  const cells = [...link.closest("table").tBodies[0].querySelectorAll("td")];
  const by = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 7, ArrowUp: -7 }[event.key];
  if (!by) return;
  event.preventDefault();
  for (let at = cells.indexOf(cell) + by; at >= 0 && at < cells.length; at += by) {
    const next = cells[at].querySelector("a");
    if (!next) continue;
    link.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
    return;
  }
}

/** The week of a strip that is pointed at: marked, told in words, and where the strip leads meanwhile. */
function point(strip, week) {
  const block = strip.closest(".strips");
  const drawing = strip.querySelector("svg");
  const counts = strip.dataset.weeks.split(" ");
  strip.dataset.whole ??= strip.getAttribute("href");
  drawing.querySelector(".strip-here")?.remove();
  block.querySelector(".strip-told").textContent = "";
  strip.setAttribute("href", strip.dataset.whole);
  if (week === null) return delete strip.dataset.week;
  strip.dataset.week = week;
  const mark = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  const shape = { class: "strip-here", x: week * 10, y: 0, width: 8, height: 8 };
  for (const [name, value] of Object.entries(shape)) mark.setAttribute(name, value);
  drawing.append(mark);
  const day = monday(Number(strip.dataset.year), week);
  const language = document.documentElement.lang === "de" ? "de-DE" : "en-GB";
  const date = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(day);
  const count = Number(counts[week]);
  const counted = `${new Intl.NumberFormat(language).format(count)} ${count === 1 ? block.dataset.one : block.dataset.many}`;
  block.querySelector(".strip-told").textContent = block.dataset.week.replace("{date}", date).replace("{count}", counted);
  const month = String(day.getUTCMonth() + 1).padStart(2, "0");
  const year = String(day.getUTCFullYear()).padStart(4, "0");
  if (count) strip.setAttribute("href", `/life/${year}/${month}${block.dataset.query}`);
}

/** The first day of a year's week: a Monday, or New Year's Day. */
function monday(year, week) {
  const first = new Date(Date.UTC(2000, 0, 1));
  first.setUTCFullYear(year);
  const before = (first.getUTCDay() + 6) % 7;
  if (week) first.setUTCDate(1 + week * 7 - before);
  return first;
}

function walk(event) {
  const strip = event.target.closest?.(".strip");
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!strip || !(by || event.key === "Escape")) return;
  event.preventDefault();
  if (!by) return point(strip, null);
  const counts = strip.dataset.weeks.split(" ");
  let week = strip.dataset.week === undefined ? (by > 0 ? -1 : counts.length) : Number(strip.dataset.week);
  do week += by;
  while (counts[week] === "0");
  if (week >= 0 && week < counts.length) point(strip, week);
}

function hover(event) {
  const strip = event.target.closest?.(".strip");
  const drawing = strip?.querySelector("svg");
  if (!strip || event.pointerType !== "mouse") return; // a finger is wider than a week: it opens the year
  const { left, width } = drawing.getBoundingClientRect();
  const weeks = strip.dataset.weeks.split(" ").length;
  const week = Math.floor(((event.clientX - left) / width) * weeks);
  point(strip, drawing.contains(event.target) && week >= 0 && week < weeks ? week : null);
}

function leave(event) {
  const strip = event.target.closest?.(".strip");
  if (strip && strip !== event.relatedTarget?.closest?.(".strip")) point(strip, null);
}

/** What was pressed, by request: after the exchange its element is another one. */
const pressed = new WeakMap();

function begin(event) {
  const { ctx } = event.detail ?? {};
  if (ctx) pressed.set(ctx, ctx.sourceElement);
}

/** Keeps the focus where it was, else moves it to the name of what is shown now; typing is never disturbed. */
function settle(event) {
  const { ctx } = event.detail ?? {};
  const source = pressed.get(ctx);
  const further = document.querySelector("[data-here]");
  if (further) {
    further.removeAttribute("data-here");
    further.focus({ preventScroll: true });
  }
  if (!life() || ctx?.target !== life()) return;
  rove();
  fold();
  if (source?.id === "life-q") return;
  const name = document.getElementById("life-name");
  document.getElementById("life-q").value = name?.dataset.typed ?? "";
  const kept = source?.dataset?.keeps;
  const again = kept && life().querySelector(`[data-keeps="${CSS.escape(kept)}"]`);
  (again || name)?.focus({ preventScroll: true });
  if (!again && name?.getBoundingClientRect().top < 0) window.scrollTo(0, 0);
}

/** On a narrow screen what one narrows down by is folded away until it is wanted, and stays as it was left. */
let unfolded = false;

function fold() {
  const filters = document.querySelector(".life-filters");
  if (!filters || !matchMedia("(max-width: 63.999rem)").matches) return;
  filters.open = unfolded;
  filters.addEventListener("toggle", () => (unfolded = filters.open));
}

if (life()) {
  rove();
  fold();
  document.addEventListener("keydown", step);
  document.addEventListener("keydown", walk);
  document.addEventListener("pointermove", hover);
  document.addEventListener("pointerout", leave);
  document.addEventListener("focusout", leave);
}
document.addEventListener("htmx:before:request", begin);
document.addEventListener("htmx:after:swap", settle);
