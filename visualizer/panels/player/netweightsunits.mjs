// Units as pictures, 8 x 8 pixels each: first weights, or the images that excite units most; the chosen one enlarged, with
// the test digits that excite it most.

import { SIDE, inked, largest, paintTile, pixelAt, signed } from "./netpictures.mjs";
import { createDetail } from "./netweightsdetail.mjs";
import { unitsFigure } from "./netweightsfigure.mjs";
import { snapshotAt } from "./netnumbers.mjs";
import { brief } from "./numbers.mjs";
import { onResize } from "./panel.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { el, write } from "./ui.mjs";

const [SMALLEST, LARGEST, GAP] = [26, 74, 4]; // px of a picture's side, and between two
const HEADING = 24;
const PIXELS = SIDE * SIDE;

/**
 * @typedef {object} Group units of one layer
 * @property {number} layer  @property {number} count
 * @property {Float32Array} values 64 of each unit, now  @property {Float32Array} rough
 * @property {Uint16Array} top places of test digits, `per` of each unit  @property {Float32Array} drive what it gets of them
 * @property {Float32Array} [value] what it gets of its image  @property {Uint8Array} [same] @property {number} [starts]
 */

export function createUnits(field, store, hear) {
  const grid = el("div", { class: "dl-weights-grid", role: "listbox", tabindex: 0 });
  const foot = el("div", { class: "dl-weights-foot" });
  const detail = createDetail(store, hear);
  const element = el("div", { class: "dl-weights-units" }, grid, detail.element, foot);
  field.append(element);
  let [about, groups, frames, now, most, shown] = [null, [], null, 0, 1, ""];
  let chosen = { layer: 0, unit: 0 };
  let tiles = []; // {layer, unit, canvas, button}
  let color = null;

  const last = () => about.hidden.length;
  const isClass = (layer) => layer === last();
  /** Whether every group has its pictures: digits that excite units may come first. */
  const ready = () => groups.length > 0 && groups.every(({ values }) => values);
  const groupOf = (layer) => groups.find((group) => group.layer === layer);
  const nameOf = (layer, unit) => store.say(isClass(layer) ? "net_weights.class" : "net_weights.unit", { unit });
  const valuesOf = (group, unit) => group.values.subarray(PIXELS * unit, PIXELS * (unit + 1));

  /** What each group's headline is. */
  const headOf = ({ layer, count }) => store.say(isClass(layer) ? "net_weights.classes" : "net_weights.layer", { layer: layer + 1, count });

  function build() {
    const shape = JSON.stringify([store.lang, groups.map(({ layer, count }) => [layer, count]), about.show]);
    if (shape === shown) return;
    shown = shape;
    tiles = groups.flatMap(({ layer, count }) => Array.from({ length: count }, (_, unit) => {
      const canvas = el("canvas", { class: "dl-weights-tile" });
      const button = el("span", { role: "option", id: `dl-weights-${layer}-${unit}` }, canvas);
      return { layer, unit, canvas, button };
    }));
    grid.replaceChildren(...groups.flatMap((group) => [
      el("h4", { text: headOf(group), hidden: groups.length < 2 }),
      el("div", { role: "group", "aria-label": headOf(group) }, tiles.filter(({ layer }) => layer === group.layer).map(({ button }) => button)),
    ]));
    grid.setAttribute("aria-label", store.say(`net_weights.grid_${about.show}`));
    place();
  }

  /** As large as all of them fit without scrolling. */
  function place() {
    const [w, h] = [grid.clientWidth - 4, grid.clientHeight - 4];
    if (!w || !groups.length) return;
    const heads = groups.length > 1 ? HEADING * groups.length : 0;
    let side = LARGEST;
    const rows = (size) => groups.reduce((sum, { count }) => sum + Math.ceil(count / Math.max(1, Math.floor((w + GAP) / (size + GAP)))), 0);
    while (side > SMALLEST && rows(side) * (side + GAP) + heads > h) side--;
    grid.style.setProperty("--dl-tile", `${side}px`);
  }

  function paint() {
    for (const { layer, unit, canvas, button } of tiles) {
      const group = groupOf(layer);
      paintTile(canvas, valuesOf(group, unit), color);
      const own = layer === chosen.layer && unit === chosen.unit;
      button.setAttribute("aria-selected", String(own));
      button.setAttribute("aria-label", `${nameOf(layer, unit)}, ${store.say("net_weights.rough", { rough: exact(group.rough[unit]) })}`);
    }
    grid.setAttribute("aria-activedescendant", `dl-weights-${chosen.layer}-${chosen.unit}`);
    const group = groupOf(chosen.layer);
    if (group) detail.draw({ about, group, unit: chosen.unit, color, name: nameOf(chosen.layer, chosen.unit), step: frames?.at[now], values: valuesOf(group, chosen.unit) });
    tell();
  }

  /** Below: the colors, and all pictures in numbers. */
  function tell() {
    const boxed = about.show === "maximal" && store.state.header.view.values.bounds === "pixels";
    const stops = [-1, -0.5, 0, 0.5, 1].map((share) => `rgb(${(boxed ? color((share + 1) / 2) : color(share * most)).join()})`);
    const ends = boxed ? ["0", "1"] : [brief(-most, 3), brief(most, 3)];
    const said = frames ? store.say("net_weights.frame", { step: frames.at[now], rough: exact(frames.all(now)), train: percent(frames.mistakes[2 * now]), test: percent(frames.mistakes[2 * now + 1]) }) : store.say("net_weights.climbed", { starts: about.starts });
    if (foot.dataset.said === said + stops.join() + ends.join()) return;
    foot.dataset.said = said + stops.join() + ends.join();
    foot.replaceChildren(el("span", { class: "dl-weights-scale" }, el("span", { text: ends[0] }), el("i", { style: `background: linear-gradient(to right, ${stops.join()})` }), el("span", { text: ends[1] })), el("span", { text: said }));
  }

  const percent = (share) => (Number.isFinite(share) ? `${(100 * share).toFixed(1)}%` : "\u2013");

  function draw() {
    if (!about || !ready()) return;
    if (!groupOf(chosen.layer) || chosen.unit >= groupOf(chosen.layer).count) chosen = { layer: groups[0].layer, unit: 0 };
    const boxed = about.show === "maximal" && store.state.header.view.values.bounds === "pixels";
    most = frames ? frames.most : Math.max(...groups.map(({ values }) => largest(values)));
    color = boxed ? inked() : signed(most);
    build();
    place();
    paint();
  }

  function choose(layer, unit) {
    chosen = { layer, unit };
    paint();
    tiles.find((one) => one.layer === layer && one.unit === unit)?.button.scrollIntoView({ block: "nearest" });
  }

  const tileOf = (event) => tiles.find(({ button }) => button.contains(event.target));
  grid.addEventListener("click", (event) => {
    const tile = tileOf(event);
    if (tile) choose(tile.layer, tile.unit);
  });
  grid.addEventListener("pointermove", (event) => {
    const tile = tileOf(event);
    if (!tile) return hear("");
    const k = pixelAt(tile.canvas, event);
    return hear(store.say("net_weights.pixel", { name: nameOf(tile.layer, tile.unit), row: Math.floor(k / SIDE) + 1, column: (k % SIDE) + 1, value: exact(valuesOf(groupOf(tile.layer), tile.unit)[k]) }));
  });
  grid.addEventListener("pointerleave", () => hear(""));
  grid.addEventListener("keydown", (event) => {
    const columns = Math.max(1, Math.floor((grid.clientWidth - 4 + GAP) / (parseFloat(grid.style.getPropertyValue("--dl-tile")) + GAP)));
    const way = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (!way) return;
    const at = tiles.findIndex(({ layer, unit }) => layer === chosen.layer && unit === chosen.unit);
    const next = tiles[Math.max(0, Math.min(tiles.length - 1, at + way))];
    choose(next.layer, next.unit);
    event.preventDefault();
    event.stopPropagation();
  });
  const off = onResize(grid, place);

  return {
    begin(header) {
      const other = about?.show !== header.show || about.hidden.join() !== header.hidden.join();
      about = header;
      if (other) [groups, frames, shown] = [[], null, ""]; // else the old pictures stay until there are newer ones
      if (other) grid.replaceChildren();
      if (other) chosen = { layer: -1, unit: 0 };
    },
    add(header, arrays) {
      if (header.of === "frames") {
        const count = arrays.weights.length / header.at.length / PIXELS;
        const layer = 0;
        const per = arrays.top.length / header.at.length / count;
        frames = { at: header.at, ...arrays, count, per, most: largest(arrays.weights), all: (f) => arrays.rough[f * (count + 1) + count] };
        groups = [{ layer, count, per }];
        now = Math.min(now, header.at.length - 1);
        step(now);
      } else {
        let group = groupOf(header.layer);
        const fresh = header.of === "digits";
        if (!group) groups.push((group = { layer: header.layer, count: 0 }));
        Object.assign(group, fresh ? { digits: arrays } : { ...arrays, count: arrays.value.length, starts: header.starts });
        if (group.digits) Object.assign(group, group.digits, { per: group.count ? group.digits.top.length / group.count : 0 });
        if (groups.some(({ values, images }) => !values && !images)) return;
        for (const one of groups) one.values = one.images;
      }
      draw();
    },
    draw() {
      if (theme.key) draw();
    },
    frame(t) {
      if (!frames) return;
      const next = snapshotAt(frames.at, t);
      if (next === now) return;
      now = next;
      step(now);
      paint();
    },
    figures: () => (ready() ? [unitsFigure({ store, about, groups, frames, now, most, color, headOf, nameOf, valuesOf })] : []),
    destroy() {
      off();
      element.remove();
    },
  };

  /** The numbers of a frame. */
  function step(f) {
    const [group] = groups;
    const { count, per } = frames;
    group.values = frames.weights.subarray(f * count * PIXELS, (f + 1) * count * PIXELS);
    group.rough = frames.rough.subarray(f * (count + 1), f * (count + 1) + count);
    group.top = frames.top.subarray(f * count * per, (f + 1) * count * per);
    group.drive = frames.drive.subarray(f * count * per, (f + 1) * count * per);
  }
}
