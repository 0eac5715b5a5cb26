// The sidebar of the page of networks: which data, what they are like, the networks' shape, how long they are trained.
import { createDial } from "./dial.mjs";
import { datasets, shape, steps } from "./netcatalogue.mjs";
import { createDataGallery } from "./netgallery.mjs";
import { createLayers } from "./nethidden.mjs";
import { count } from "./numbers.mjs";
import { seedDial } from "./seeddial.mjs";
import { button, el, keepFocus, write } from "./ui.mjs";

const DATA = ["train", "noise", "mislabeled"];
const BENDS = ["activation", "norm"];

/** @returns {{destroy: () => void}} */
export function createStudyDials(root, store) {
  const say = (key, values) => store.say(`net_dials.${key}`, values);
  let parts = []; // {element, set(scenario, entry)}
  let gallery = null;
  let built = "";

  const add = (part) => {
    parts.push(part);
    return part.element;
  };

  /** A dial in plain words, of a value that `read` finds in the study. */
  function dial(hyper, label, op, read, make = createDial) {
    const key = `${op}:${hyper.name}`;
    const fields = op === "steps" ? {} : { name: hyper.name };
    const made = make(hyper, { store, key, label, about: store.text(hyper.doc), send: (value) => store.edit(op, { ...fields, value }) });
    return add({ element: made.element, set: (scenario) => made.set(read(scenario)) });
  }

  function build({ dataset }) {
    const { dials, task } = datasets[dataset];
    parts = [];
    gallery = createDataGallery(store);
    gallery.redraw();
    const data = (name, make) => dial(dials[name], say(name === "mislabeled" ? `mislabeled_${task}` : name), "data", (scenario) => scenario.data[name], make);
    const size = el("p", { class: "dl-note" });
    add({ element: size, set: ({ parameters }) => write(size, say(parameters === 1 ? "parameter" : "parameters", { count: count(parameters) })) });
    root.replaceChildren(
      gallery.element,
      section(say("data"), DATA.map((name) => data(name)), data("draw", seedDial)),
      section(
        say("network"),
        add(createLayers(store)),
        BENDS.map((name) => dial(shape[name], say(name), "shape", (scenario) => scenario.shape[name])),
        size,
      ),
      section(say("training"), dial(steps, say("steps"), "steps", (scenario) => scenario.steps)),
      button({
        text: say("suggested"),
        label: say("suggested_doc"),
        icon: "flag",
        class: "dl-wide",
        "data-key": "suggested",
        onclick: () => store.edit("suggested"),
      }),
    );
  }

  /** Only another language or data set changes which dials there are. */
  function update(state, previous) {
    const { scenario } = state.header;
    const next = [state.lang, scenario.dataset].join();
    if (next !== built) keepFocus(root, () => build(scenario));
    else if (state === previous) gallery.redraw(); // the theme changed
    built = next;
    gallery.set(scenario.dataset);
    parts.forEach((part) => part.set(scenario, datasets[scenario.dataset]));
  }

  const off = store.subscribe(update);
  return {
    destroy() {
      off();
      root.replaceChildren();
    },
  };
}

const section = (title, ...children) => el("section", { class: "dl-section" }, el("h3", { text: title }), children);
