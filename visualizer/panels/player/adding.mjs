// Adding an optimizer to the race from the library, which hides the race: what was added is said, and can be undone.
import { button, el, icon, write } from "./ui.mjs";

export const MOST_RUNS = 12;
const SHOWN = 6000; // ms

/** @param {HTMLElement} place  where the confirmation appears */
export function createAdding(place, store, titles) {
  let pending = null;
  let timer = 0;
  const said = el("span");
  const undo = button({ text: store.say("library.undo"), class: "dl-small", onclick: () => (store.edit("undo"), hide()) });
  const mark = icon("check");
  const box = el("div", { class: "dl-lib-said", hidden: true }, mark, said, undo);
  place.setAttribute("role", "status");
  place.replaceChildren(box);

  function hide() {
    clearTimeout(timer);
    box.hidden = true;
  }
  function tell(text, added) {
    clearTimeout(timer);
    write(said, text);
    undo.hidden = mark.hidden = !added;
    box.classList.toggle("dl-lib-refused", !added);
    box.hidden = false;
    timer = setTimeout(hide, SHOWN);
  }

  const runs = () => store.state?.header.scenario.runs ?? [];
  const full = () => runs().length >= MOST_RUNS;

  return {
    full,
    /** The color slots of the runs of an optimizer, or around which it is wrapped. */
    slots: (slug) =>
      runs()
        .filter((run) => run.optimizer === slug || Object.keys(run.wrappers ?? {}).includes(slug))
        .map((run) => run.color),
    add(slug) {
      if (full()) return tell(store.say("library.full", { most: MOST_RUNS }), false);
      pending = { slug, before: runs().length };
      return store.edit("run_add", { value: slug });
    },
    update({ header }) {
      if (!pending) return;
      const now = header.scenario.runs.length;
      const values = { name: titles(pending.slug), runs: now, most: MOST_RUNS };
      if (now > pending.before) tell(store.say("library.added", values), true);
      else if (header.problems.length) tell(store.text(header.problems[0]), false);
      else if (store.busy) return;
      pending = null;
    },
    destroy: hide,
  };
}
