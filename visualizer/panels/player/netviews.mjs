// What is seen beside the networks: tabs, the dials of the chosen view, asking for its numbers, and how far they are.
// Each view is a module net<slug>.mjs, loaded when it is first chosen.

import { createDial } from "./dial.mjs";
import { createExport } from "./mapexport.mjs";
import { partsOf } from "./mapstream.mjs";
import { datasets, views } from "./netcatalogue.mjs";
import { onResize } from "./panel.mjs";
import { button, el, write } from "./ui.mjs";

const REST = 120; // ms without another study until its view is asked for,
const BUSY = 500; // if the one before came so short a time ago

/**
 * What a view's module makes of its field: `create(field, store)` returns
 * @typedef {object} View
 * @property {(header: object, arrays: object) => void} begin its first part has come: what was there is of another study
 * @property {(header: object, arrays: object) => void} add a further part
 * @property {() => void} draw draw again: another size, theme or language, another learner is looked at, or shown
 * @property {() => void} [whole] all parts have come
 * @property {(t: number) => void} [frame] the play position
 * @property {() => import("./figure.mjs").Figure[]} [figures] to be taken away, when it is whole
 * @property {() => void} destroy
 */

export function createViewPanel(root, store) {
  const slugs = Object.keys(views);
  const tabs = slugs.map((slug) =>
    el("button", { type: "button", role: "tab", class: "dl-scope-tab", data: { key: `view:${slug}` }, onclick: () => store.edit("view", { value: slug }) }));
  const list = el("div", { role: "tablist", class: "dl-scope-tabs" }, tabs);
  const bar = el("progress", { max: 1, value: 0, hidden: true });
  const options = el("div", { class: "dl-net-options" });
  const field = el("div", { class: "dl-net-picture" });
  const said = el("p", { class: "dl-net-said", role: "status" });
  const ready = () => Boolean(whole) && whole === asked;
  const taken = createExport(store, () => (ready() ? view?.made?.figures?.() ?? [] : []), named, ready);
  const offer = button({ text: " ", class: "dl-net-offer", "data-key": "view:dataset", onclick: () => store.edit("dataset", { value: views[store.state.header.view.slug].dataset }) });
  root.append(el("header", {}, list, taken.element, bar), options, said, offer, field);
  let view = null;     // what is drawn, {slug, made: View}
  let dials = [];      // [name, dial]
  let built = "";
  let asked = "";      // the key of the view that is shown, or on its way
  let whole = "";      // the key of the view that has come to its end
  let abort = null;
  let timer = 0;
  let changed = 0;

  list.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    const next = tabs[(tabs.indexOf(document.activeElement) + way + tabs.length) % tabs.length];
    next.focus();
    next.click();
    event.preventDefault();
    event.stopPropagation();
  });

  function named() {
    const { scenario, view: { slug } } = store.state.header;
    return { title: `${store.text(views[slug].title)} · ${store.text(datasets[scenario.dataset].title)}`, names: ["networks", slug, scenario.dataset] };
  }

  function build({ slug }) {
    const shape = [store.lang, slug].join();
    if (built === shape) return;
    built = shape;
    dials = Object.values(views[slug].dials).map((hyper) => [
      hyper.name,
      createDial(hyper, { store, key: `view:${slug}:${hyper.name}`, compact: true, label: store.say(`net_${slug}.dial_${hyper.name}`),
        send: (value) => store.edit("view_option", { name: hyper.name, value }) }),
    ]);
    options.replaceChildren(...dials.map(([, dial]) => dial.element));
  }

  async function choose(slug) {
    if (view?.slug === slug) return;
    view?.made?.destroy();
    const mine = (view = { slug, made: null, waiting: [] });
    field.replaceChildren();
    field.dataset.view = slug;
    const { create } = await import(`./net${slug}.mjs`);
    if (view !== mine) return;
    mine.made = create(field, store);
    mine.waiting.forEach((call) => call(mine.made)); // parts that have come meanwhile
    mine.made.draw();
    mine.made.frame?.(store.clock.t);
  }

  /** Calls a method of the view as soon as it is there. */
  function tell(call) {
    if (view?.made) call(view.made);
    else view?.waiting.push(call);
  }

  function update(state, previous) {
    const { view: next } = state.header;
    tabs.forEach((tab, i) => {
      write(tab, store.text(views[slugs[i]].title));
      tab.title = store.text(views[slugs[i]].asks);
      tab.setAttribute("aria-selected", String(slugs[i] === next.slug));
      tab.tabIndex = slugs[i] === next.slug ? 0 : -1;
    });
    list.setAttribute("aria-label", store.say("net.views"));
    root.setAttribute("aria-label", store.text(views[next.slug].title));
    build(next);
    dials.forEach(([name, dial]) => {
      dial.set(next.values[name]);
      dial.element.hidden = !next.used.includes(name) || Boolean(next.refused);
    });
    options.hidden = dials.every(([, dial]) => dial.element.hidden);
    const only = views[next.slug].dataset; // the data that the view is of, if it is of no other
    offer.hidden = !next.refused || !only || only === state.header.scenario.dataset;
    if (!offer.hidden) write(offer.lastChild, store.say("net.turn_to", { data: store.text(datasets[only].title) }));
    if (view?.slug !== next.slug) {
      tabs[slugs.indexOf(next.slug)].scrollIntoView({ block: "nearest", inline: "nearest" });
      choose(next.slug);
    } else if (state !== previous || view.made) view.made?.draw();
    if (next.refused || next.key !== asked) {
      drop();
      say(next.refused);
      if (!next.refused) {
        asked = next.key;
        ask();
      }
    }
    taken.update();
  }

  /** What stands in the place of the picture; null for nothing. */
  function say(pair) {
    field.hidden = Boolean(pair);
    said.hidden = !pair;
    write(said, pair ? store.text(pair) : "");
  }

  function drop() {
    clearTimeout(timer);
    abort?.abort();
    [abort, asked, whole] = [null, "", ""];
  }

  /** Asks for the view once its networks are trained: their training is then not done twice. */
  function ask() {
    clearTimeout(timer);
    if (!asked || abort || store.numbers.key !== store.state.header.key) return;
    timer = setTimeout(load, performance.now() - changed < BUSY ? REST : 0, store.state.header);
    changed = performance.now();
  }

  async function load({ query, view: { slug, key } }) {
    const { signal } = (abort = new AbortController());
    bar.hidden = false;
    bar.value = 0;
    try {
      for await (const { header, arrays } of partsOf(query, signal, "view")) {
        if (signal.aborted) return;
        if (header.done !== undefined) bar.value = header.done;
        if (header.kind === "refused") say(header.text);
        else if (header.kind === slug) {
          say(null);
          tell((made) => made.begin(header, arrays));
        } else if (header.kind === "whole") {
          tell((made) => made.whole?.());
          whole = key;
          taken.update();
          performance.mark("dl:view", { detail: { key } });
        } else if (header.of !== "progress") tell((made) => made.add(header, arrays));
      }
      bar.hidden = true;
    } catch (error) {
      if (signal.aborted) return;
      bar.hidden = true;
      asked = ""; // the next change asks again
      say([store.say("net.failed"), store.say("net.failed")]);
      console.warn(error);
    }
  }

  const offs = [
    store.subscribe(update),
    store.onNumbers((numbers, what) => ["curves", "whole", "study"].includes(what) && ask()),
    store.onFrame((t) => view?.made?.frame?.(t), 30),
    onResize(field, () => view?.made?.draw()),
  ];
  return {
    destroy() {
      drop();
      offs.forEach((off) => off());
      view?.made?.destroy();
      root.replaceChildren();
    },
  };
}
