// What the first line has on every page: undo and redo, the link, the language, and the way to the other page.
import { togglePresentation } from "./modes.mjs";
import { copyLink } from "./share.mjs";
import { button, el } from "./ui.mjs";

const LANGUAGES = [
  ["en", "EN", "English"],
  ["zh", "中文", "中文"],
];
const WAYS = ["undo", "redo", "reset"];

/** The buttons that take back, by name. */
export const waysBack = (store) =>
  Object.fromEntries(
    WAYS.map((op) => [
      op,
      button({ label: store.say(`controls.${op}`), icon: op, class: "dl-quiet", "data-key": op, onclick: () => store.edit(op) }),
    ]),
  );

/** A door to another page, or to a window above this one. */
export const door = (store, name, more) =>
  button({ text: store.say(`${name}.title`), label: store.say(`${name}.open`), class: "dl-door", "data-key": name, ...more });

export function shareButton(store) {
  const share = button({
    text: store.say("controls.share"),
    label: store.say("controls.share_long"),
    icon: "share",
    class: "dl-share",
    "data-key": "share",
    onclick: () => copyLink(share, store),
  });
  return share;
}

export const presentButton = (store) =>
  button({ label: store.say("present.open"), icon: "screen", class: "dl-quiet", "data-key": "present", onclick: togglePresentation });

export const languages = (store) =>
  el(
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

/** Ctrl/Cmd+Z and friends, except where text is being typed: there they belong to the text. Returns what ends it. */
export function undoKeys(store) {
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
  return () => document.removeEventListener("keydown", keys);
}
