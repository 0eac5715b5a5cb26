// What is behind "More" in the sidebar: seed, noise, tolerance, the color scale.
import { common, landscapes, noises } from "./catalogue.mjs";
import { createDial } from "./dial.mjs";
import { seedDial } from "./seeddial.mjs";
import { el, options, select } from "./ui.mjs";

let more = false; // stays open when the sidebar is built anew (language) or mounted again

/** A dial of the scenario itself, called by plain words. */
export function plainDial(store, name, extra = {}) {
  const dial = createDial(common[name], {
    store,
    key: name,
    label: store.say(`controls.${name}`),
    send: (value) => store.edit(name, { value }),
    ...extra,
  });
  return { element: dial.element, set: (scenario) => dial.set(scenario[name]) };
}

function noiseDials(store, scenario) {
  const slug = scenario.noise?.slug ?? "none";
  const picker = select({
    label: store.say("controls.noise"),
    key: "noise",
    onpick: (value) => store.edit("noise", { value }),
  });
  options(
    picker,
    Object.entries(noises)
      .filter(([name, { needs_data }]) => !needs_data || landscapes[scenario.landscape].data || name === slug)
      .map(([name, noise]) => [name, store.text(noise.title)]),
    slug,
  );
  const dials = (noises[slug]?.hypers ?? []).map((hyper) => [
    hyper.name,
    createDial(hyper, {
      store,
      key: `noise:${hyper.name}`,
      send: (value) => store.edit("noise_hyper", { name: hyper.name, value }),
    }),
  ]);
  const row = el(
    "div",
    { class: "dl-dial" },
    el("span", { class: "dl-dial-label", title: store.say("controls.noise_doc"), text: store.say("controls.noise") }),
    el("span", { class: "dl-dial-end" }, picker),
  );
  const element = el(
    "div",
    { class: "dl-noise" },
    row,
    dials.map(([, dial]) => dial.element),
  );
  return {
    element,
    set: (next) => {
      picker.value = next.noise?.slug ?? "none";
      for (const [name, dial] of dials) dial.set(next.noise.hyper[name]);
    },
  };
}

/** @returns {{element: HTMLElement, set: (scenario: object) => void}} */
export function createDrawer(store, scenario) {
  const log = createDial(
    { name: "log", symbol: "", kind: "bool", doc: null },
    { store, key: "log", label: store.say("controls.log"), send: (value) => store.edit("log", { value }) },
  );
  const seed = seedDial(common.seed, {
    store,
    key: "seed",
    label: store.say("controls.seed"),
    about: store.text(common.seed.doc),
    send: (value) => store.edit("seed", { value }),
  });
  const inside = [
    { element: seed.element, set: (next) => seed.set(next.seed) },
    noiseDials(store, scenario),
    plainDial(store, "tolerance"),
    { element: log.element, set: (next) => log.set(next.log) },
  ];
  const element = el(
    "details",
    {
      class: "dl-more",
      open: more,
      ontoggle: () => {
        more = element.open;
      },
    },
    el("summary", { text: store.say("controls.more"), data: { key: "more" } }),
    inside.map((part) => part.element),
  );
  return { element, set: (next) => inside.forEach((part) => part.set(next)) };
}
