// The sidebar: which surface, its dials, where the race starts and how long it is. What a first look needs is in sight,
// the rest is behind "More".
import { common, landscapes, noises } from "./catalogue.mjs";
import { createDial } from "./dial.mjs";
import { createField } from "./field.mjs";
import { createGallery } from "./gallery.mjs";
import { button, el, keepFocus, options, select } from "./ui.mjs";

let more = false;    // "More" stays open when the sidebar is built anew (language) or mounted again

/** @returns {{destroy: () => void}} */
export function createDials(root, store) {
  let parts = [], built = "", gallery = null;

  function build(scenario) {
    gallery = createGallery(store);
    parts = [];
    const add = (part) => { parts.push(part); return part.element; };
    root.replaceChildren(
      gallery.element,
      section(store.say("controls.surface"), surfaceDials(scenario).map(add)),
      section(store.say("controls.race"), add(startFields()), add(plain("steps")), add(drawer(scenario))),
      button({ text: store.say("controls.suggested"), label: store.say("controls.suggested_long"), icon: "flag", class: "dl-wide", "data-key": "suggested", onclick: () => store.edit("suggested") }),
    );
    gallery.redraw();
  }

  /** A dial of the scenario itself, called by plain words. */
  function plain(name, extra = {}) {
    const dial = createDial(common[name], { store, key: name, label: store.say(`controls.${name}`), send: (value) => store.edit(name, { value }), ...extra });
    return { element: dial.element, set: (scenario) => dial.set(scenario[name]) };
  }

  function surfaceDials(scenario) {
    const own = landscapes[scenario.landscape].params.map((hyper) => {
      const dial = createDial(hyper, { store, key: `param:${hyper.name}`, send: (value) => store.edit("param", { name: hyper.name, value }) });
      return { element: dial.element, set: (next) => dial.set(next.params[hyper.name]) };
    });
    let turned = 0;
    const quick = button({ text: "45°", label: store.say("controls.rotate_45"), class: "dl-small", "data-key": "rotate45", onclick: () => store.edit("rotate", { value: turned === 45 ? 0 : 45 }) });
    const rotate = plain("rotate", { unit: "°", extra: quick });
    const set = (next) => {
      turned = next.rotate;
      quick.setAttribute("aria-pressed", String(turned === 45));
      rotate.set(next);
    };
    return [...own, { element: rotate.element, set }];
  }

  function startFields() {
    let start = [0, 0];
    const fields = ["x", "y"].map((axis, i) => createField({
      label: store.say("controls.start_axis", { axis }), key: `start:${axis}`, say: store.say,
      onvalue: (value) => { start = start.with(i, value); store.edit("start", { value: start }); },
    }));
    const element = el("div", { class: "dl-dial dl-start", role: "group", "aria-label": store.say("controls.start") },
      el("span", { class: "dl-dial-label", title: store.say("controls.start_doc"), text: store.say("controls.start") }),
      el("span", { class: "dl-dial-end" }, fields.flatMap((field, i) => [el("var", { text: "xy"[i], "aria-hidden": "true" }), field.element])));
    return { element, set: (scenario) => { start = scenario.start; fields.forEach((field, i) => field.set(start[i])); } };
  }

  function seedDial() {
    const { least = 0, most = 2 ** 31 - 1 } = common.seed;
    let seed = 0;
    const field = createField({ label: store.say("controls.seed"), key: "seed", kind: "int", least, most, say: store.say, onvalue: (value) => store.edit("seed", { value }) });
    const next = button({ label: store.say("controls.next_seed"), icon: "dice", class: "dl-small", "data-key": "seed:next", onclick: () => store.edit("seed", { value: ++seed }) });
    const element = el("div", { class: "dl-dial", role: "group", "aria-label": store.say("controls.seed") },
      el("span", { class: "dl-dial-label", title: store.text(common.seed.doc), text: store.say("controls.seed") }), el("span", { class: "dl-dial-end" }, next, field.element));
    return { element, set: (scenario) => { seed = scenario.seed; field.set(seed); } };
  }

  function noiseDials(scenario) {
    const slug = scenario.noise?.slug ?? "none";
    const picker = select({ label: store.say("controls.noise"), key: "noise", onpick: (value) => store.edit("noise", { value }) });
    options(picker, Object.entries(noises).map(([name, noise]) => [name, store.text(noise.title)]), slug);
    const dials = (noises[slug]?.hypers ?? []).map((hyper) => [hyper.name, createDial(hyper, { store, key: `noise:${hyper.name}`, send: (value) => store.edit("noise_hyper", { name: hyper.name, value }) })]);
    const row = el("div", { class: "dl-dial" }, el("span", { class: "dl-dial-label", title: store.say("controls.noise_doc"), text: store.say("controls.noise") }), el("span", { class: "dl-dial-end" }, picker));
    const element = el("div", { class: "dl-noise" }, row, dials.map(([, dial]) => dial.element));
    return { element, set: (next) => { picker.value = next.noise?.slug ?? "none"; for (const [name, dial] of dials) dial.set(next.noise.hyper[name]); } };
  }

  function drawer(scenario) {
    const log = createDial({ name: "log", symbol: "", kind: "bool", default: true, doc: null }, { store, key: "log", label: store.say("controls.log"), send: (value) => store.edit("log", { value }) });
    const inside = [seedDial(), noiseDials(scenario), plain("tolerance"), { element: log.element, set: (next) => log.set(next.log) }];
    const element = el("details", { class: "dl-more", open: more, ontoggle: () => { more = element.open; } },
      el("summary", { text: store.say("controls.more"), data: { key: "more" } }), inside.map((part) => part.element));
    return { element, set: (next) => inside.forEach((part) => part.set(next)) };
  }

  /** Only another language, surface or noise model changes which controls there are. */
  function update(state, previous) {
    const { scenario } = state.header;
    const shape = [state.lang, scenario.landscape, scenario.noise?.slug].join();
    if (shape !== built) keepFocus(root, () => build(scenario));
    else if (state === previous) gallery.redraw();     // the theme changed
    built = shape;
    gallery.set(scenario.landscape);
    parts.forEach((part) => part.set(scenario));
  }

  const off = store.subscribe(update);
  return { destroy() { off(); root.replaceChildren(); } };
}

const section = (title, ...children) => el("section", { class: "dl-section" }, el("h3", { text: title }), children);
