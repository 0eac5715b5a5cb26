// The first line: what is shown on the left, what can be done with it on the right; below it the notices.
import { landscapes } from "./catalogue.mjs";
import { openLibrary } from "./library.mjs";
import { createNotices } from "./notices.mjs";
import { count } from "./numbers.mjs";
import { freshSeed } from "./quiz.mjs";
import { copyLink } from "./share.mjs";
import { button, el, keepFocus, write } from "./ui.mjs";

const LANGUAGES = [
  ["en", "EN", "English"],
  ["zh", "中文", "中文"],
];

/**
 * @param {HTMLElement} root the page's root; its .dl-header and .dl-notices are filled
 * @returns {{destroy: () => void}}
 */
export function createHeader(root, store) {
  const place = root.querySelector(".dl-header") ?? root;
  const notices = createNotices(root.querySelector(".dl-notices"), store);
  let parts = null;
  let built = null;

  function build() {
    const title = el("h1");
    const about = button({
      label: store.say("surface.about"),
      icon: "info",
      class: "dl-quiet",
      "data-key": "about",
      "aria-haspopup": "dialog",
      onclick: () => import("./about.mjs").then(({ openAbout }) => openAbout(about, store), console.error),
    });
    const summary = el("span", { class: "dl-summary" });
    const act = (op) =>
      button({
        label: store.say(`controls.${op}`),
        icon: op,
        class: "dl-quiet",
        "data-key": op,
        onclick: () => store.edit(op),
      });
    const buttons = { undo: act("undo"), redo: act("redo"), reset: act("reset") };
    const library = button({
      text: store.say("library.title"),
      label: store.say("library.open"),
      icon: "tree",
      class: "dl-door",
      "data-key": "library",
      "aria-haspopup": "dialog",
      onclick: () => openLibrary(),
    });
    const guess = button({
      text: store.say("quiz.title"),
      label: store.say("quiz.open"),
      icon: "guess",
      class: "dl-door",
      "data-key": "quiz",
      onclick: () => store.edit("quiz", { value: freshSeed() }),
    });
    const share = button({
      text: store.say("controls.share"),
      label: store.say("controls.share_long"),
      icon: "share",
      class: "dl-share",
      "data-key": "share",
      onclick: () => copyLink(share, store),
    });
    const languages = el(
      "div",
      { class: "dl-languages", role: "group", "aria-label": "Language / 语言" },
      LANGUAGES.map(([lang, text, name]) =>
        el("button", {
          type: "button",
          lang,
          text,
          title: name,
          "aria-pressed": String(store.lang === lang),
          data: { key: `lang:${lang}` },
          onclick: () => {
            if (store.lang !== lang) store.edit("lang", { value: lang });
          },
        }),
      ),
    );
    place.replaceChildren(
      el("div", { class: "dl-heading" }, title, about, summary),
      el("div", { class: "dl-actions" }, Object.values(buttons), library, guess, share, languages),
    );
    parts = { title, summary, buttons };
  }

  function update({ header, lang }) {
    if (built !== lang) keepFocus(place, build);
    built = lang;
    const { scenario, can } = header;
    const runs = scenario.runs.length;
    write(parts.title, store.text(landscapes[scenario.landscape].title));
    write(
      parts.summary,
      store.sayTick(runs === 1 ? "controls.summary_one" : "controls.summary", { runs, steps: count(scenario.steps) }),
    );
    for (const [op, node] of Object.entries(parts.buttons)) node.disabled = !can[op];
  }

  /** Ctrl/Cmd+Z and friends, except where text is being typed: there they belong to the text. */
  function keys(event) {
    if (!(event.ctrlKey || event.metaKey) || event.altKey || !store.state) return;
    if (event.target.closest?.("input:not([type=range]), textarea, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    const op = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" && !event.shiftKey ? "redo" : null;
    if (!op) return;
    event.preventDefault();
    if (store.state.header.can[op]) store.edit(op);
  }

  document.addEventListener("keydown", keys);
  const off = store.subscribe(update);
  return {
    destroy() {
      off();
      notices.destroy();
      document.removeEventListener("keydown", keys);
      place.replaceChildren();
    },
  };
}
