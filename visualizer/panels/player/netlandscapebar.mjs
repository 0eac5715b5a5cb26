// Above a slice: whose loss is drawn, flat or in 3-D, what the marks mean.

import { KINDS } from "./netlandscapenodes.mjs";
import { mark } from "./netlandscapemap.mjs";
import { createAbout } from "./netlandscapewords.mjs";
import { gpu } from "./gpu.mjs";
import { theme } from "./theme.mjs";
import { el, write } from "./ui.mjs";

const BOTH = "both";
const FORMS = ["flat", "solid"];
const MARKS = ["start", "end", "lowest"];

let chosen = BOTH;  // as looked at last
let form = "flat";

/** @param {boolean} lines of lines between ends, which are always flat and have no marks */
export function createBar(store, changed, lines = false) {
  const pick = (set) => (value) => {
    set(value);
    changed();
  };
  const losses = choices([...KINDS, BOTH], "loss", pick((value) => (chosen = value)));
  const forms = choices(FORMS, "form", pick((value) => (form = value)));
  const marks = MARKS.map((shape) => ({ shape, canvas: el("canvas", { "aria-hidden": "true" }), text: el("span") }));
  const legend = el("span", { class: "dl-ls-legend" }, marks.map(({ canvas, text }) => el("span", {}, canvas, text)));
  const about = createAbout(store);
  const element = el("div", { class: "dl-ls-bar" }, losses.element, lines ? null : forms.element, lines ? el("span", { class: "dl-ls-legend" }) : legend, about.element);
  const solid = () => form === "solid" && !lines;

  function sample({ shape, canvas }) {
    const ratio = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [16 * ratio, 16 * ratio];
    const g = canvas.getContext("2d", { willReadFrequently: true }); // drawn once: no layer of its own
    g.scale(ratio, ratio);
    mark(g, shape, 8, 8, shape === "end" ? theme.muted : theme.text);
  }

  return {
    element,
    get solid() { return solid(); },
    /** The kinds of points whose loss is drawn; one in 3-D. */
    get kinds() { return chosen === BOTH ? (solid() ? [0] : [0, 1]) : [KINDS.indexOf(chosen)]; },
    get key() { return [chosen, form].join(); },
    name(by) {
      losses.name(store, solid() && chosen === BOTH ? KINDS[0] : chosen, (value) => solid() && value === BOTH);
      forms.name(store, form, (value) => value === "solid" && !gpu.webgl);
      marks.forEach((one) => {
        write(one.text, store.say(`net_landscape.mark_${one.shape}`));
        one.text.title = store.say(`net_landscape.mark_${one.shape}_doc`);
        sample(one);
      });
      about.name(by);
    },
    destroy: () => element.remove(),
  };
}

/** Buttons of which one is pressed. */
export function choices(values, key, onpick) {
  const nodes = values.map((value) => el("button", { type: "button", data: { key: `landscape:${value}` }, onclick: () => onpick(value) }));
  const element = el("div", { class: "dl-ls-choices", role: "group" }, nodes);
  return {
    element,
    name(store, now, barred = () => false) {
      element.setAttribute("aria-label", store.say(`net_landscape.choose_${key}`));
      nodes.forEach((node, i) => {
        write(node, store.say(`net_landscape.${values[i]}`));
        node.title = store.say(`net_landscape.${values[i]}_doc`);
        node.disabled = barred(values[i]);
        node.setAttribute("aria-pressed", String(values[i] === now));
      });
    },
  };
}
