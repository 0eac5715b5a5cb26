// Dropout of the network that is looked at: which page of it, how it is trained, and that page.

import { createDial } from "./dial.mjs";
import { learn, views } from "./netcatalogue.mjs";
import { createAverages } from "./netdropoutaverages.mjs";
import { createDiagram } from "./netdropoutdiagram.mjs";
import { createLosses } from "./netdropoutlosses.mjs";
import { segments } from "./netdropoutparts.mjs";
import { createSpread } from "./netdropoutspread.mjs";
import { createTesting } from "./netdropouttesting.mjs";
import { button, el, toggle } from "./ui.mjs";

const PAGES = { masks: createDiagram, loss: createLosses, testing: createTesting, average: createAverages, spread: createSpread };
const USUAL = 0.2; // the probability that dropout is turned on with

let before = USUAL; // the one that it had when it was turned off

/**
 * What a page's module makes of its host: `create(host, store, about)`, `about` being the view's first header, returns
 * @typedef {object} Page
 * @property {HTMLElement[]} [controls] that stand beside the tabs
 * @property {HTMLElement[]} [testing] that stand beside those of training
 * @property {(header: object, arrays: object) => void} add a part
 * @property {() => void} draw @property {(t: number) => void} [frame] @property {() => object[]} [figures]
 * @property {() => void} [destroy]
 */
export function create(field, store) {
  const root = el("div", { class: "dl-drop" });
  field.append(root);
  const host = el("div", { class: "dl-drop-page" });
  let [about, parts, page, built, head] = [null, [], null, "", null];

  const run = () => store.state.header.scenario.looked;
  const learned = () => store.state.header.scenario.runs[run()]?.learn;
  const turn = (name, value) => store.edit("learn", { run: run(), name, value });

  /** Tabs and dials, in the language of now. */
  function build() {
    const { show, ...dials } = views.dropout.dials;
    const tabs = segments({
      label: store.say("net_dropout.pages"), key: "dropout:show", tabs: true,
      items: show.choices.map((choice, i) => [choice, store.text(show.titles[i]), store.say(`net_dropout.tab_${choice}`)]),
      onpick: (value) => store.edit("view_option", { name: "show", value }),
    });
    const on = toggle({ label: store.say("net_dropout.training_doc"), key: "dropout:training", onflip: (value) => turn("dropout", value ? before : 0) });
    const rate = createDial(learn.dropout, { store, key: "dropout:p", compact: true, label: "p", send: (value) => turn("dropout", value) });
    const scaled = segments({
      label: store.say("net_dropout.scheme"), key: "dropout:inverted",
      items: [[true, store.say("net_dropout.inverted"), store.say("net_dropout.inverted_doc")], [false, store.say("net_dropout.original"), store.say("net_dropout.original_doc")]],
      onpick: (value) => turn("inverted", value),
    });
    const own = Object.entries(dials).map(([name, hyper]) => [name, createDial(hyper, {
      store, key: `view:dropout:${name}`, compact: true, label: store.say(`net_dropout.dial_${name}`),
      send: (value) => store.edit("view_option", { name, value }),
    })]);
    const [beside, testing] = [el("div", { class: "dl-drop-own" }), el("div", { class: "dl-drop-own" })];
    const label = (key) => el("span", { class: "dl-drop-label", text: store.say(`net_dropout.${key}`) });
    head = { tabs, on, rate, scaled, own, beside, testing };
    root.replaceChildren(
      el("div", { class: "dl-drop-row" }, tabs.element, beside),
      el("div", { class: "dl-drop-row" }, el("div", { class: "dl-drop-own" }, label("training"), on.element, rate.element, scaled.element), testing),
      host,
    );
  }

  /** The page of what has come, from its first part on. */
  function mount() {
    page?.destroy?.();
    host.replaceChildren();
    head.beside.replaceChildren(...head.own.map(([, dial]) => dial.element));
    head.testing.replaceChildren();
    page = null;
    if (!about) return;
    if (!about.p) return invite();
    if (about.diverged) return host.append(el("div", { class: "dl-drop-invite" }, el("p", { text: store.say("net_dropout.diverged") })));
    page = PAGES[about.page](host, store, about);
    head.beside.append(...(page.controls ?? []));
    head.testing.append(...(page.testing ?? []));
    parts.forEach(({ header, arrays }) => page.add(header, arrays));
    page.frame?.(store.clock.t);
  }

  function invite() {
    const start = button({ text: store.say("net_dropout.turn_on", { p: before }), class: "dl-primary", "data-key": "dropout:start", onclick: () => turn("dropout", before) });
    host.append(el("div", { class: "dl-drop-invite" }, el("p", { text: store.say("net_dropout.off") }), start));
  }

  function show() {
    const { view } = store.state.header;
    const now = learned();
    head.tabs.set(view.values.show);
    host.classList.toggle("dl-drop-old", Boolean(about) && about.page !== view.values.show);
    head.own.forEach(([name, dial]) => {
      dial.set(view.values[name]);
      dial.element.hidden = !view.used.includes(name) || !now?.dropout;
    });
    if (!now) return;
    if (now.dropout) before = now.dropout;
    head.on.set(now.dropout > 0);
    head.rate.set(now.dropout);
    head.scaled.set(now.inverted);
    head.scaled.disable(!now.dropout);
  }

  return {
    begin(header) {
      [about, parts] = [header, []];
      if (!head) build();
      mount();
      show();
      page?.draw();
    },
    add(header, arrays) {
      parts.push({ header, arrays });
      page?.add(header, arrays);
    },
    draw() {
      if (built !== store.lang) {
        built = store.lang;
        build();
        mount();
      }
      show();
      page?.draw();
    },
    whole: () => page?.whole?.(),
    frame: (t) => page?.frame?.(t),
    figures: () => page?.figures?.() ?? [],
    destroy() {
      page?.destroy?.();
      root.remove();
    },
  };
}

