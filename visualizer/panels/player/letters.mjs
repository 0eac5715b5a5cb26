// What goes with the formula's field: examples to click, what can be typed, the dials of a, b and c, and what part of
// the plane is drawn.
import { landscapes } from "./catalogue.mjs";
import { createDial } from "./dial.mjs";
import { createField } from "./field.mjs";
import { exact } from "./numbers.mjs";
import { createTyping } from "./typing.mjs";
import { button, el } from "./ui.mjs";

/** Name of the string that names it, and the formula. */
const EXAMPLES = [
  ["double_well", "(x^2 - 1)^2 + y^2 + 0.3*x"],
  ["waves", "sin(x)*cos(y)"],
  ["ring", "(x^2 + y^2 - 1)^2 + 0.3*x"],
  ["diamond", "|x| + |y|"],
  ["banana", "(a - x)^2 + 100*(y - x^2)^2"],
  ["ravine", "(x^2 + 10^a*y^2)/2"],
];
const FUNCTIONS = "sin cos tan asin acos atan sinh cosh tanh exp log log10 sqrt abs sign sigmoid relu min max";

const open = {}; // which of the details are open; they stay so when the sidebar is built anew
let visited = false; // the first time somebody chooses the formula, the field is there to be typed in

const details = (name, summary, ...children) => {
  const node = el("details", { class: "dl-more", open: open[name], ontoggle: () => (open[name] = node.open) },
    el("summary", { data: { key: `own:${name}` } }, summary), children);
  return node;
};

/** Parts of the "Surface" section: [{element, set(scenario)}]. */
export function formulaParts(store) {
  const typing = createTyping(store);
  const arrived = document.activeElement;
  // Chosen by a click with a mouse; who goes through the tiles with the arrow keys, or has no keyboard, is left alone.
  if (!visited && arrived?.matches(".dl-tile") && !arrived.matches(":focus-visible") && matchMedia("(pointer: fine)").matches)
    setTimeout(typing.focus);
  visited = true;
  return [
    { element: typing.element, set: typing.set },
    { element: el("div", {}, examples(store, typing), help(store)), set: () => {} },
    ...["a", "b", "c"].map((name) => letter(store, name)),
    range(store),
  ];
}

function examples(store, typing) {
  const chip = ([name, text]) =>
    button({
      text: store.say(`own.${name}`),
      label: text,
      class: "dl-small dl-chip",
      "data-key": `example:${name}`,
      onclick: () => typing.put(text),
    });
  return el("div", { class: "dl-chips", role: "group", "aria-label": store.say("own.examples") }, EXAMPLES.map(chip));
}

function help(store) {
  const row = (name, code) => [el("dt", { text: store.say(`own.${name}`) }), el("dd", {}, code.split(" ").map((word) => [el("code", { text: word }), " "]))];
  const list = el(
    "dl",
    { class: "dl-help" },
    row("help_names", "x y a b c pi e"),
    row("help_signs", "+ - * / ^ |x| ( )"),
    row("help_functions", FUNCTIONS),
  );
  return details("help", store.say("own.help"), list, el("p", { class: "dl-note", text: store.say("own.help_note") }));
}

/** The dial of a letter, there only while the formula has it. */
function letter(store, name) {
  const hyper = landscapes.formula.params.find((param) => param.name === name);
  const dial = createDial(hyper, {
    store,
    key: `param:${name}`,
    send: (value) => store.edit("param", { name, value }),
  });
  return {
    element: dial.element,
    set: (scenario) => {
      dial.element.hidden = !store.state.header.made.names.includes(name);
      dial.set(scenario.params[name]);
    },
  };
}

function range(store) {
  const { least, most } = landscapes.formula.params.find((param) => param.name === "window");
  let window = [0, 0, 0, 0];
  const fields = ["x_from", "x_to", "y_from", "y_to"].map((side, i) =>
    createField({
      label: store.say(`own.${side}`),
      key: `window:${side}`,
      least,
      most,
      say: store.say,
      onvalue: (value) => store.edit("param", { name: "window", value: window.with(i, value) }),
    }),
  );
  const row = (axis, i) =>
    el("div", { class: "dl-dial dl-start" },
      el("span", { class: "dl-dial-label" }, el("span", { class: "dl-symbol", text: axis })),
      el("span", { class: "dl-dial-end" }, fields[i].element, el("span", { text: "…", "aria-hidden": "true" }), fields[i + 1].element));
  const fit = button({
    text: store.say("own.fit"),
    label: store.say("own.fit_doc"),
    class: "dl-small",
    "data-key": "window:fit",
    onclick: () => store.edit("fit"),
  });
  const now = el("span", { class: "dl-note" });
  const element = details("range", [el("span", { text: store.say("own.range") }), now], row("x", 0), row("y", 2), el("div", { class: "dl-fit" }, fit));
  return {
    element,
    set: ({ params }) => {
      window = params.window;
      fields.forEach((field, i) => field.set(window[i]));
      const [x0, x1, y0, y1] = window.map((number) => exact(number).replace("-", "\u2212"));
      now.textContent = `${x0}…${x1} × ${y0}…${y1}`;
    },
  };
}
