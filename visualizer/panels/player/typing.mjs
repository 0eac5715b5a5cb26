// The field of a typed formula. The picture follows while one types; a text that is no formula is marked where it goes
// wrong, and the picture keeps the last one that could be read. No late answer touches what is being typed.
import { madeFormula } from "./made.mjs";
import { el } from "./ui.mjs";

const PAUSE = 250; // ms after the last key
const LONGEST = 800; // characters; the server says that half of it is too long

// The draft outlives the controls, which are built anew for another language.
let draft = null; // what was typed, until the scenario says the same in its own words
let round = 0; // what is typed in one go is undone together
let sent = null; // the newest text under way

/** @returns {{element: HTMLElement, set: () => void, put: (text: string) => void, focus: () => void}} */
export function createTyping(store) {
  const say = (key, values) => store.say(`own.${key}`, values);
  let timer = 0;
  let known = null; // the scenario's formula
  let drawn = null;

  const field = el("textarea", {
    class: "dl-formula-input",
    rows: 1,
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    autocorrect: "off",
    maxlength: LONGEST,
    "aria-label": say("formula"),
    "aria-describedby": "dl-formula-wrong",
    data: { key: "formula" },
  });
  const back = el("div", { class: "dl-formula-back", "aria-hidden": "true" });
  const wrong = el("div", { class: "dl-formula-wrong", id: "dl-formula-wrong", role: "status" });
  const math = el("div", { class: "dl-formula-math" });
  const note = el("p", { class: "dl-note", text: say("kept"), hidden: true });
  const box = el("div", { class: "dl-formula-field" }, back, field);
  const element = el("div", { class: "dl-typing" }, box, wrong, math, note);

  const active = () => document.activeElement === field;

  function send() {
    clearTimeout(timer);
    timer = 0;
    if (draft === null || draft === sent) return;
    sent = draft;
    // The name tells one round of typing from the next, which is undone by itself.
    store.edit("formula", { value: draft, name: `typed ${round}` }, { key: "formula" });
  }

  function show(text) {
    if (field.value !== text) field.value = text;
  }

  /** Back to the formula of the scenario. */
  function settle() {
    clearTimeout(timer);
    timer = 0;
    draft = sent = null;
    show(known);
    mark(null);
  }

  /** Another text in the field, as if typed: an example. */
  function put(text) {
    round++;
    draft = text;
    sent = null;
    show(text);
    mark(null);
    send();
  }

  function mark(mistake) {
    const letters = [...field.value]; // the server counts characters, not UTF-16 units
    const [at, to] = mistake ? [mistake.at, mistake.at + mistake.length] : [letters.length, letters.length];
    const beyond = at >= letters.length;
    back.replaceChildren(
      letters.slice(0, at).join(""),
      mistake ? el("mark", { class: beyond ? "dl-beyond" : null, text: beyond ? "\u00a0\u00a0" : letters.slice(at, Math.max(to, at + 1)).join("") }) : "",
      letters.slice(Math.max(to, at + 1)).join(""),
      "\u200b", // a line of its own after a line break at the end
    );
    element.classList.toggle("dl-mistaken", Boolean(mistake));
    field.toggleAttribute("aria-invalid", Boolean(mistake));
    note.hidden = !mistake;
    const said = mistake ? [store.text(mistake.text), store.text(mistake.expected)] : ["", ""];
    const words = [el("p", { text: said[0] }), said[1] ? el("p", { class: "dl-note", text: say("expected", { what: said[1] }) }) : null];
    if (wrong.textContent !== words.map((word) => word?.textContent ?? "").join("")) wrong.replaceChildren(...words.filter(Boolean));
    if (mistake && !active()) back.querySelector("mark")?.scrollIntoView({ block: "nearest" });
    back.scrollTop = field.scrollTop;
  }

  field.addEventListener("input", () => {
    const clean = field.value.replace(/[\r\n]+/g, " "); // of a text that was pasted
    if (clean !== field.value) show(clean);
    draft = field.value;
    mark(null);
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  });
  field.addEventListener("focus", () => round++);
  field.addEventListener("blur", () => {
    send();
    set();
  });
  field.addEventListener("scroll", () => (back.scrollTop = field.scrollTop));
  field.addEventListener("keydown", (event) => {
    event.stopPropagation(); // typed keys are not the player's shortcuts
    if (event.isComposing) return; // Enter ends a Chinese word first
    if (event.key === "Enter") {
      event.preventDefault();
      send();
      round++;
    } else if (event.key === "Escape") {
      event.preventDefault();
      settle();
    }
  });

  function set() {
    const { header } = store.state;
    if (header.scenario.landscape !== "formula") return;
    const { formula } = header.scenario.params;
    const moved = known !== null && known !== formula;
    known = formula;
    const typed = header.typed;
    const answered = draft !== null && typed?.text === draft && !store.busy;
    if (draft !== null) {
      if (answered && typed.wrong) mark(typed.wrong);
      else if (answered) {
        mark(null);
        if (!active()) settle();
      } else if (moved && !active() && !store.busy) settle(); // undo, or another surface in between
    } else settle();
    draw();
  }

  function draw() {
    const { formula } = store.state.header.made;
    if (drawn === formula) return;
    const picture = madeFormula(store, known, { shrink: 0.72 });
    if (!picture) return;
    drawn = formula;
    math.replaceChildren(picture);
    picture.addEventListener("scroll", () => fade(picture));
    requestAnimationFrame(() => fade(picture));
  }

  /** A line that goes on beyond the edge fades there. */
  function fade(picture) {
    math.classList.toggle("dl-goes-on", picture.scrollLeft + picture.clientWidth < picture.scrollWidth - 2);
    picture.tabIndex = picture.scrollWidth > picture.clientWidth + 2 ? 0 : -1; // the arrow keys scroll it
  }

  return {
    element,
    set,
    put,
    focus: () => {
      field.focus({ preventScroll: true });
      field.select();
    },
  };
}

/** Forget what was typed: the page shows another surface. */
export const forget = () => (draft = sent = null);
