// How far a film is, at the page's edge: the page stays what it is meanwhile. Escape gives it up, as the button does.

import { style } from "./mounting.mjs";
import { button, el, write } from "./ui.mjs";

/**
 * @param {string} title what is being made
 * @param {() => void} cancel is called once, if somebody gives it up
 */
export async function openBox(store, title, cancel) {
  await style("film.css");
  const bar = el("progress", { "aria-label": title });
  const words = el("p", { text: store.say("save.film_begins") });
  const key = button({ text: store.say("save.film_cancel"), "data-key": "film:cancel", onclick: leave });
  const box = el("div", { class: "dl-popover dl-film", popover: "manual", role: "dialog", "aria-label": title }, el("h3", { text: title }), bar, words, key);
  const before = document.activeElement;
  let running = true;

  function leave() {
    if (running) cancel();
    close();
  }

  function close() {
    running = false;
    document.removeEventListener("keydown", escape, true);
    if (box.contains(document.activeElement)) before?.focus({ preventScroll: true });
    box.remove();
  }

  /** Not while something else is open that Escape closes. */
  function escape(event) {
    if (event.key !== "Escape" || !(box.contains(event.target) || event.target === document.body)) return;
    event.preventDefault();
    event.stopPropagation();
    leave();
  }

  (store.root("lab") ?? document.body).append(box);
  box.showPopover();
  document.addEventListener("keydown", escape, true);
  key.focus({ preventScroll: true });
  return {
    show(frame, frames) {
      [bar.value, bar.max] = [frame, frames];
      write(words, store.say("save.film_frame", { frame, frames }));
    },
    /** Nothing more happens; what is to be said stays until it is read. */
    say(text) {
      running = false;
      bar.remove();
      words.setAttribute("role", "alert");
      write(words, text);
      key.replaceChildren(el("span", { text: store.say("controls.dismiss") }));
    },
    focus: () => key.focus({ preventScroll: true }),
    close,
  };
}
