// The dial of a seed: any number, and a die for the next one. On a slider it would look as if near ones were alike.
import { createField } from "./field.mjs";
import { button, el } from "./ui.mjs";

/** @returns {{element: HTMLElement, set: (value: number) => void}} like a dial of dial.mjs, of the same spec */
export function seedDial({ least, most }, { store, key, label, about, send }) {
  let seed = 0;
  const field = createField({ label, key, kind: "int", least, most, say: store.say, onvalue: send });
  const next = button({
    label: store.say("controls.next_seed"),
    icon: "dice",
    class: "dl-small",
    "data-key": `${key}:next`,
    onclick: () => {
      seed = seed < most ? seed + 1 : least;
      field.set(seed);
      send(seed);
    },
  });
  const element = el(
    "div",
    { class: "dl-dial", role: "group", "aria-label": label },
    el("span", { class: "dl-dial-label", title: about }, el("span", { text: label })),
    el("span", { class: "dl-dial-end" }, next, field.element),
  );
  return {
    element,
    set(value) {
      if (store.busy) return; // the answer to the newest edit comes last
      seed = value;
      field.set(value);
    },
  };
}
