// The same optimizer as code, in tabs. The server writes it for the present race, and only when a card asks for it.
import { button, el, icon, write } from "./ui.mjs";

const LIBRARIES = ["descent_lab", "torch", "optax"];
const CALM = 400; // ms: a slider that moves under an open card does not ask for code at every step
let favorite = LIBRARIES[0]; // the tab that was chosen last stays

/** The run of the race that stands for an optimizer: the first one, if there is any. */
const placeOf = (state, slug) => {
  const at = state.header.scenario.runs.findIndex((run) => run.optimizer === slug && !Object.keys(run.wrappers ?? {}).length);
  return at < 0 ? null : at;
};

/** @param {object} lab  what the library's parts share, see rooms.mjs */
export function createCode(lab, entry) {
  const { store } = lab;
  let code = null;
  let asked = null;
  let timer = 0;

  const tabs = LIBRARIES.map((name) =>
    el("button", { type: "button", role: "tab", class: "dl-lib-tab", text: store.say(`library.${name}`), onclick: () => choose(name) }),
  );
  const text = el("code");
  const pre = el("pre", { class: "dl-code", tabindex: 0 }, text);
  const kind = el("span", { class: "dl-code-kind" }, icon("alert"), el("span", { text: store.say("library.loop") }));
  const doc = el("p", { class: "dl-note" });
  const copy = button({ text: store.say("library.copy"), class: "dl-small dl-code-copy", onclick: copyCode });
  const bar = el("div", { role: "tablist", class: "dl-lib-tabs", "aria-label": store.say("library.code") }, tabs);
  const waits = el("p", { class: "dl-note" });
  const filled = el("div", { class: "dl-code-box" }, el("div", { class: "dl-code-head" }, bar, kind, copy), pre, doc);

  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const able = tabs.filter((tab) => !tab.hidden);
    const next = able.at((able.indexOf(document.activeElement) + step) % able.length);
    next.focus();
    next.click();
  });

  function choose(name) {
    favorite = name;
    paint();
  }

  function paint() {
    const found = LIBRARIES.filter((name) => code?.[name]);
    filled.hidden = !found.length;
    waits.hidden = !filled.hidden;
    write(waits, store.say(code ? "library.no_code" : "library.code_waits"));
    if (!found.length) return;
    const name = found.includes(favorite) ? favorite : found[0];
    tabs.forEach((tab, i) => {
      tab.hidden = !found.includes(LIBRARIES[i]);
      tab.setAttribute("aria-selected", String(LIBRARIES[i] === name));
      tab.tabIndex = LIBRARIES[i] === name ? 0 : -1;
    });
    write(text, code[name].code);
    kind.hidden = code[name].kind === "library";
    if (!kind.hidden) write(kind.lastChild, store.say(`library.${code[name].kind}`));
    const run = placeOf(store.state, entry.slug);
    write(doc, run === null ? store.say("library.code_doc") : store.say("library.code_run", { run: run + 1 }));
  }

  async function copyCode() {
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      // Plain http has no clipboard; the old command takes what is selected.
      getSelection().selectAllChildren(text);
      if (!document.execCommand("copy")) return;
      getSelection().removeAllRanges();
    }
    write(copy.lastChild, store.say("library.copied"));
    setTimeout(() => write(copy.lastChild, store.say("library.copy")), 2000);
  }

  /** Asks again whenever the race is another one: the code holds its surface, its start, its rates. */
  function update({ header }) {
    const { snippets, query, lang } = header;
    if (snippets?.optimizer === entry.slug) {
      code = snippets.code;
      paint();
    }
    const about = `${lang}?${query}`;
    if (asked === about) return;
    const first = asked === null;
    asked = about;
    clearTimeout(timer);
    timer = setTimeout(ask, first ? 0 : CALM);
  }
  function ask() {
    const run = placeOf(store.state, entry.slug);
    store.edit("snippets", { optimizer: entry.slug, run }, { key: "snippets" });
  }

  paint();
  return { element: el("div", {}, waits, filled), update, destroy: () => clearTimeout(timer) };
}
