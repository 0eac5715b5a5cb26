// How a network learns, besides its optimizer: batches, dropout, penalties, noise on the inputs, the seed. One dial of
// them may be turned for all networks at once.
import { createDial } from "./dial.mjs";
import { datasets, learn } from "./netcatalogue.mjs";
import { seedDial } from "./seeddial.mjs";
import { exact } from "./numbers.mjs";
import { el, toggle } from "./ui.mjs";

const PIXELS = 64; // inputs of an image: only their weights can be smooth ones
let all = false;   // whether a dial is turned for all networks: stays as long as the page

const inputsOf = (store) => datasets[store.state.header.scenario.dataset].inputs;
const label = (store, name) => store.say(`net_lanes.learn_${name}`);

/** What is unusual about how a network learns, in short: "dropout 0.5, L2 0.01". */
export function unusual(store, values) {
  const told = (value) => (typeof value === "boolean" ? store.say(value ? "controls.on" : "controls.off") : exact(value));
  return Object.values(learn)
    .filter(({ name, default: usual }) => values[name] !== usual && (name !== "inverted" || values.dropout > 0))
    .map(({ name }) => `${label(store, name)} ${told(values[name])}`)
    .join(", ");
}

/** @returns {{element: HTMLElement, set: (values: object) => void}} */
export function createLearning(store, run) {
  const send = (name) => (value) => (all && !forAll.hidden ? store.edit("learn_all", { name, value }) : store.edit("learn", { run, name, value }));
  const made = Object.values(learn).map((hyper) => {
    const { name } = hyper;
    const spec = { store, key: `${run}:learn:${name}`, label: label(store, name), about: store.text(hyper.doc), send: send(name) };
    return [name, name === "seed" ? seedDial(hyper, spec) : createDial(hyper, spec)];
  });
  const every = toggle({ label: store.say("net_lanes.all_doc"), key: `${run}:all`, onflip: (on) => (all = on) });
  every.set(all);
  const forAll = el("span", { class: "dl-all" }, every.element, el("span", { text: store.say("net_lanes.all"), "aria-hidden": "true" }));
  const title = store.say("net_lanes.learning");
  const element = el(
    "div",
    { class: "dl-learning", role: "group", "aria-label": title },
    el("div", { class: "dl-details-top" }, el("h3", { text: title }), forAll),
    el("div", { class: "dl-details-dials" }, made.map(([, dial]) => dial.element)),
  );
  return {
    element,
    set(values) {
      for (const [name, dial] of made) dial.set(values[name]);
      const shown = { smooth: inputsOf(store) === PIXELS, inverted: values.dropout > 0 };
      forAll.hidden = store.state.header.scenario.runs.length < 2;
      for (const [name, dial] of made) dial.element.hidden = shown[name] === false;
    },
  };
}
