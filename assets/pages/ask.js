// The start page: what streams can be stopped and asked again, evidence stands beside its sentence, what is said off the
// record stays in this page.
import { htmx } from "../whole.js";

const page = document.getElementById("ask");
const form = document.getElementById("composer");
const text = document.getElementById("text");
const off = document.getElementById("off");
const beside = document.getElementById("beside");
const narrow = matchMedia("(max-width: 69.99rem)");
const TURNS_TOLD = 6;
let without = [];
let stopped = false;
let opener = null;

const live = () => page.querySelector("[data-live]");

/** What was said on this page so far, for a turn that nobody else remembers the history of. */
function history_() {
  const turns = [...page.querySelectorAll(".turn")].slice(-TURNS_TOLD);
  const value = (turn, selector) => turn.querySelector(selector)?.value ?? "";
  return turns
    .map((turn) => ({ question: value(turn, "[name=question]"), answer: value(turn, "[data-told]").slice(0, 40000) }))
    .filter((turn) => turn.question);
}

function ask(question, leavingOut = []) {
  if (form.classList.contains("htmx-request")) return;
  text.value = question;
  without = leavingOut;
  form.requestSubmit();
}

/** Puts the evidence below the sentence it belongs to where the page is narrow, else into the column at its side. */
function place() {
  const block = narrow.matches && opener?.closest(".answer > p, .answer li, .sources li");
  if (!block) page.append(beside);
  else if (block.closest("[data-live]")) block.closest(".turn").after(beside);
  else if (block.matches("li")) block.append(beside);
  else block.after(beside);
}

function close() {
  opener?.setAttribute("aria-expanded", "false");
  beside.replaceChildren();
  page.append(beside);
  const before = opener;
  opener = null;
  return before;
}

/** Says something once, ever, in this browser. */
function sayOnce() {
  for (const note of page.querySelectorAll("[data-once]")) {
    const key = `told-${note.dataset.once}`;
    if (localStorage.getItem(key)) note.remove();
    else localStorage.setItem(key, "1");
    note.removeAttribute("data-once");
  }
}

function ended() {
  const turn = live();
  if (turn && !turn.querySelector(".halt:not([hidden])")) {
    turn.querySelector("[id$=-state]")?.replaceChildren();
    turn.querySelector(`[data-halt=${stopped ? "stopped" : "lost"}]`).hidden = false;
  }
  turn?.querySelector(".answer")?.removeAttribute("aria-busy");
  turn?.removeAttribute("data-live");
  if (document.activeElement === document.body) text.focus();
  const name = document.getElementById("conversation").value;
  const last = page.querySelector(".turn:last-child");
  if (name && last && !last.querySelector("[name=off]")) history.replaceState(null, "", `/?talk=${encodeURIComponent(name)}`);
}

function begin() {
  close();
  page.classList.remove("starts");
  text.value = "";
  without = [];
  live()?.scrollIntoView({ block: "start" });
}

if (page) {
  form.addEventListener("htmx:config:request", (event) => {
    const { body } = event.detail.ctx.request;
    if (event.target !== form) return;
    if (!page.querySelector(".turn")) body.set("first", "true");
    if (off.checked) body.set("history", JSON.stringify(history_()));
    if (without.length) body.set("without", JSON.stringify(without));
    document.getElementById("unreached").hidden = true;
    stopped = false;
  });
  form.addEventListener("htmx:error", (event) => {
    document.getElementById("unreached").hidden = Boolean(event.detail?.ctx?.response);
  });
  form.addEventListener("htmx:sse:after:message", () => {
    if (text.value && live()) begin();
  });
  form.addEventListener("htmx:finally:request", (event) => event.target === form && ended());
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (text.value.trim()) form.requestSubmit();
  });
  page.addEventListener("click", (event) => {
    const on = (selector) => event.target.closest(selector);
    if (on("[data-stop]")) {
      stopped = true;
      htmx.trigger(form, "htmx:abort");
    } else if (on("[data-ask]")) ask(on("[data-ask]").dataset.ask, [on("[data-ask]").dataset.without].filter(Boolean).map(Number));
    else if (on("[data-again]")) {
      const turn = on(".turn");
      const question = turn.querySelector("[name=question]").value;
      close();
      turn.remove();
      ask(question);
    } else if (on("[data-close-evidence]")) close()?.focus();
  });
  beside.addEventListener("keydown", (event) => event.key === "Escape" && close()?.focus());
  page.addEventListener("htmx:before:request", (event) => {
    const wanted = event.target.closest("[aria-expanded]");
    if (!wanted) return;
    if (close() === wanted) {
      event.preventDefault();
      return;
    }
    opener = wanted;
    opener.setAttribute("aria-expanded", "true");
    place();
  });
  document.addEventListener("htmx:after:swap", (event) => {
    if (opener && event.target === opener) beside.firstElementChild?.focus({ preventScroll: !narrow.matches });
    sayOnce();
  });
  narrow.addEventListener("change", place);
  page.querySelector(".turn:last-child")?.scrollIntoView({ block: "start" });
}
