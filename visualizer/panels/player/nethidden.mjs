// The hidden layers, a line each: how many units, and whether the layer is there at all. A width is sent when the hand
// lets go: every new shape of network is a program to be compiled.
import { createField } from "./field.mjs";
import { shape } from "./netcatalogue.mjs";
import { button, el, keepFocus, write } from "./ui.mjs";

const WIDTHS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128]; // the stops of a slider
const MOST_LAYERS = 6;
const USUAL = 32; // units of a first layer

const nearest = (width) => WIDTHS.reduce((best, one, i) => (Math.abs(one - width) < Math.abs(WIDTHS[best] - width) ? i : best), 0);

/** @returns {{element: HTMLElement, set: (scenario: object) => void}} */
export function createLayers(store) {
  const say = (key, values) => store.say(`net_dials.${key}`, values);
  const { least, most } = shape.hidden;
  let widths = [];
  let rows = [];
  let held = false;
  const end = (name) => {
    const text = el("span");
    return { element: el("li", { class: `dl-layer-end dl-layer-${name}` }, text), text };
  };
  const [first, last] = [end("first"), end("last")];
  const list = el("ol", { class: "dl-layers-list", "aria-label": say("layers") });
  const add = button({
    text: say("add_layer"),
    icon: "plus",
    class: "dl-small",
    "data-key": "layer:add",
    onclick: () => send([...widths, widths.at(-1) ?? USUAL]),
  });
  const note = el("span", { class: "dl-note" });
  const element = el("div", { class: "dl-layers", role: "group", "aria-label": say("layers"), title: store.text(shape.hidden.doc) }, list, el("div", { class: "dl-layers-foot" }, add, note));

  function send(next) {
    const within = element.contains(document.activeElement);
    widths = next;
    draw();
    if (within && !element.contains(document.activeElement)) add.focus({ preventScroll: true }); // its layer is gone
    store.edit("shape", { name: "hidden", value: next.length ? next : null });
  }

  function row(i) {
    const label = say("layer", { number: i + 1 });
    const slider = el("input", {
      type: "range",
      class: "dl-range",
      min: 0,
      max: WIDTHS.length - 1,
      step: 1,
      "aria-label": say("units_of", { number: i + 1 }),
      data: { key: `layer:${i}` },
      oninput: () => {
        held = true;
        show(WIDTHS[slider.value]);
      },
      onchange: () => {
        held = false;
        send(widths.with(i, WIDTHS[slider.value]));
      },
      onblur: () => (held = false),
    });
    slider.addEventListener("keydown", (event) => event.ctrlKey || event.metaKey || event.stopPropagation());
    const field = createField({
      label: say("units_of", { number: i + 1 }),
      key: `layer:${i}:field`,
      kind: "int",
      least,
      most,
      say: store.say,
      onvalue: (width) => send(widths.with(i, width)),
      onnudge: (way) => send(widths.with(i, Math.min(most, Math.max(least, widths[i] + way)))),
    });
    const remove = button({
      label: say("remove_layer", { number: i + 1 }),
      icon: "close",
      class: "dl-quiet dl-small",
      "data-key": `layer:${i}:remove`,
      onclick: () => send(widths.toSpliced(i, 1)),
    });
    function show(width) {
      field.set(width);
      if (WIDTHS[slider.value] !== width) slider.value = nearest(width);
      slider.style.setProperty("--dl-to", `${(100 * slider.value) / (WIDTHS.length - 1)}%`);
      slider.setAttribute("aria-valuetext", say("units", { units: width }));
    }
    return { element: el("li", {}, el("span", { text: label }), slider, field.element, remove), show, busy: field.busy };
  }

  function draw() {
    if (rows.length !== widths.length) {
      rows = widths.map((_, i) => row(i));
      keepFocus(element, () => list.replaceChildren(first.element, ...rows.map((one) => one.element), last.element));
    }
    rows.forEach((one, i) => one.busy() || one.show(widths[i]));
    add.disabled = widths.length >= MOST_LAYERS;
    write(note, widths.length ? "" : say("linear"));
  }

  return {
    element,
    set({ shape: { hidden } }, { inputs, outputs, task }) {
      write(first.text, say(inputs === 1 ? "input" : "inputs", { count: inputs }));
      write(last.text, task === "classes" ? say("classes", { count: outputs }) : say("value"));
      if (held || store.busy) return;
      widths = hidden ?? [];
      draw();
    },
  };
}
