// The sidebar's part of painting: what a click on the contour makes, and all hills and wells as a list.
import { landscapes } from "./catalogue.mjs";
import { createDial } from "./dial.mjs";
import { exact } from "./numbers.mjs";
import { LIMITS, brush } from "./painting.mjs";
import { button, el, keepFocus } from "./ui.mjs";

/** A ring with its sign: hills and wells are told apart without color. */
export const sign = (height) =>
  `<svg viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" aria-hidden="true">` +
  `<circle cx="10" cy="10" r="7.4"/><path d="M6.6 10h6.8${height < 0 ? "" : "M10 6.6v6.8"}"/></svg>`;

const short = (number) => exact(Number(number.toFixed(2))).replace("-", "\u2212");

/** The dials of a hill; the same beside the list and over the contour. */
export function hillDials(store, key, at) {
  const dial = (name) =>
    createDial(
      { name, symbol: "", kind: "float", low: LIMITS[name][0], high: LIMITS[name][1], least: LIMITS[name][0], most: LIMITS[name][1], scale: name === "width" ? "log" : "linear" },
      { store, key: `${key}:${name}`, label: store.say(`own.${name}`), compact: true, send: (value) => brush.set(store, at(), { [name]: value }) },
    );
  return { height: dial("height"), width: dial("width") };
}

/** The two switches that say what a click on the contour makes; `set` shows which is on. */
export function brushes(store, key) {
  const nodes = ["hill", "well"].map((mode) => {
    const node = button({
      text: store.say(`own.${mode}`),
      label: store.say(`own.${mode}_doc`),
      class: "dl-small dl-brush",
      "data-key": `${key}:${mode}`,
      onclick: () => brush.change({ mode: brush.mode === mode ? null : mode }),
    });
    node.prepend(el("span", { class: "dl-icon", html: sign(mode === "well" ? -1 : 1) }));
    return [mode, node];
  });
  return {
    nodes: nodes.map(([, node]) => node),
    set: () => nodes.forEach(([mode, node]) => node.setAttribute("aria-pressed", String(brush.mode === mode))),
  };
}

/** Parts of the "Surface" section: [{element, set(scenario)}]. */
export function paintedParts(store) {
  const bowl = landscapes.painted.params.find((param) => param.name === "bowl");
  const dial = createDial(bowl, { store, key: "param:bowl", send: (value) => store.edit("param", { name: "bowl", value }) });
  return [panel(store), { element: dial.element, set: ({ params }) => dial.set(params.bowl) }];
}

function panel(store) {
  const switches = brushes(store, "brush");
  const tip = el("p", { class: "dl-note" });
  const list = el("ul", { class: "dl-hill-list" });
  const element = el("div", { class: "dl-painting" }, el("div", { class: "dl-chips" }, switches.nodes), tip, list);
  const dials = hillDials(store, "hill", () => brush.selected);
  const turned = el("div", { class: "dl-hill-dials" }, dials.height.element, dials.width.element);
  let built = {};

  const line = ([x, y, height], at) => {
    const name = store.say(height < 0 ? "own.well_at" : "own.hill_at", { x: short(x), y: short(y) });
    const pick = {
      type: "button",
      class: "dl-hill-row",
      "aria-pressed": String(at === brush.selected),
      "aria-label": name,
      data: { key: `hill:${at}` },
      onclick: () => brush.change({ selected: brush.selected === at ? null : at }),
    };
    const words = [el("span", { text: `(${short(x)}, ${short(y)})` }), el("span", { class: "dl-note", text: short(height) })];
    const remove = button({
      label: store.say("own.remove", { name }),
      icon: "close",
      class: "dl-small dl-quiet",
      "data-key": `hill:${at}:remove`,
      onclick: () => brush.remove(store, at),
    });
    return el("div", { class: "dl-hill-line" }, el("button", pick, el("span", { class: "dl-icon", html: sign(height) }), words), remove);
  };
  const row = (hill, at) =>
    el("li", { class: at === brush.selected ? "dl-chosen" : null }, line(hill, at), at === brush.selected ? turned : null);

  function update() {
    const hills = store.state ? brush.hills(store) : [];
    if (!hills.length) return;
    switches.set();
    tip.textContent = store.say(brush.mode ? `own.click_${brush.mode}` : "own.click");
    const words = JSON.stringify(hills.map(([x, y, height]) => [x, y, height].map(short)));
    const rows = `${brush.selected} of ${hills.length}`;
    if (rows !== built.rows) keepFocus(list, () => list.replaceChildren(...hills.map(row)));
    // The dials stay in the page, and in the hand, while the words around them change.
    else if (words !== built.words) keepFocus(list, () => hills.forEach((hill, at) => list.children[at].firstChild.replaceWith(line(hill, at))));
    built = { rows, words };
    const chosen = hills[brush.selected];
    if (!chosen) return;
    dials.height.set(chosen[2]);
    dials.width.set(chosen[3]);
  }

  const off = brush.onChange(() => (element.isConnected ? update() : off()));
  return { element, set: update };
}
