// A slice along a plane: its maps, how high the paths truly are, and what the plane keeps of them.

import { createBar } from "./netlandscapebar.mjs";
import { createColors } from "./netlandscapecolors.mjs";
import { place } from "./netlandscapelayout.mjs";
import { createMap } from "./netlandscapemap.mjs";
import { createModel, tellOf } from "./netlandscapemodel.mjs";
import { createScene } from "./netlandscapescene.mjs";
import { createStrip } from "./netlandscapestrip.mjs";
import { createWords } from "./netlandscapewords.mjs";
import { figuresOf } from "./netlandscapefigures.mjs";
import { attachHover } from "./hover.mjs";
import { theme } from "./theme.mjs";
import { el } from "./ui.mjs";

const CALM = 100; // ms between numbers while playing
const STEP = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const FAST = 10;  // nodes with shift held

export function createPlane(field, store) {
  const maps = [0, 1].map((kind) => createMap(store, kind));
  const strips = [0, 1, 2].map((kind) => createStrip(store, kind));
  const colors = createColors();
  const words = createWords(store);
  const bar = createBar(store, () => draw(true));
  const scenes = el("div", { class: "dl-ls-scene" });
  const parts = {
    pictures: el("div", { class: "dl-ls-maps" }, maps.map(({ frame }) => frame), scenes, colors.frame),
    side: el("div", { class: "dl-ls-side" }, words.element),
    strips: el("div", { class: "dl-ls-strips" }, strips.map(({ frame }) => frame)),
  };
  const root = el("div", { class: "dl-ls" }, bar.element, el("div", { class: "dl-ls-row" }, parts.pictures, parts.side), parts.strips);
  field.append(root);
  let [model, next] = [null, null]; // what is drawn, and what is to replace it as soon as there is a picture of it
  let scene = null;
  let stamp = "";
  let request = 0;
  let told = 0;
  let marked = null; // the slice whose first picture was told of
  let cursor = null; // {kind, node} that the keyboard is at

  const snapshot = () => model.snapshotAt(store.clock.t);
  const seen = () => (bar.solid ? [] : bar.kinds);

  /** Everything again, if anything is other than it was. */
  function draw(force = false) {
    if (!model || !field.clientWidth) return;
    model.name(store);
    const focus = model.focusOf(store);
    const now = [field.clientWidth, field.clientHeight, window.devicePixelRatio, theme.key, store.lang, bar.key, model.look, focus?.learner].join();
    if (now === stamp && !force) return;
    stamp = now;
    bar.name(model.about.by);
    words.set(model, snapshot());
    const sizes = place(root, parts, { kinds: bar.kinds, solid: bar.solid, maps, strips, colors, scenes });
    root.dataset.form = bar.solid ? "solid" : "flat";
    if (sizes) lay(sizes, focus);
  }

  function lay({ side, strip, plain, letters }, focus) {
    const t = snapshot();
    seen().forEach((kind, i) => maps[kind].draw(model, side, plain && i > 0, t, letters));
    colors.draw(model.scale, side, letters);
    strips.forEach((one, i) => !one.frame.hidden && one.draw(model, ...strip(i), focus, t, letters));
    if (bar.solid) (scene ??= createScene(scenes, store)).show(model, bar.kinds[0], t);
    else scene?.hide();
  }

  /** More nodes have come: the pictures alone. */
  function paint() {
    request = 0;
    if (next?.nodes.begun) {
      [model, next] = [next, null];
      draw(true);
      return begun();
    }
    if (!model || !field.clientWidth) return undefined;
    model.rescale();
    seen().forEach((kind) => maps[kind].paintBands());
    colors.draw(model.scale);
    if (bar.solid) scene?.show(model, bar.kinds[0], snapshot());
    words.lowest();
    return begun();
  }

  /** For benchmarks: the first, coarse picture of a slice is drawn. */
  function begun() {
    if (!model.nodes.begun || marked === model) return;
    marked = model;
    performance.mark("dl:landscape-begun", { detail: { key: model.key } });
  }

  function frame(t, all = true) {
    if (!model) return;
    const at = model.snapshotAt(t);
    seen().forEach((kind) => maps[kind].frameAt(at));
    if (bar.solid) scene?.frameAt(at);
    const now = performance.now();
    if (!all || (store.clock.playing && now - told < CALM)) return;
    told = now;
    strips.forEach((one) => !one.frame.hidden && one.frameAt(at));
    words.frameAt(at);
  }

  const offset = (node) => {
    const [own, whole] = [node.getBoundingClientRect(), root.getBoundingClientRect()];
    return [own.left - whole.left, own.top - whole.top];
  };

  function pick(x, y) {
    const shown = [...(bar.solid ? [scene] : seen().map((kind) => maps[kind])), ...strips.filter((one) => !one.frame.hidden)];
    for (const one of model ? shown.filter(Boolean) : []) {
      const [left, top] = offset(one.frame);
      const [u, v] = [x - left, y - top];
      if (u < 0 || v < 0 || u > one.frame.clientWidth || v > one.frame.clientHeight) continue;
      const hit = one.pick(u, v);
      return hit && { ...hit, x: hit.x + left, y: hit.y + top };
    }
    return null;
  }

  const hover = attachHover(root, store, { pick, tell: (hit) => tellOf(store, model, hit) });

  /** A click on a path, or on a line beside the map, goes to its step. */
  root.addEventListener("click", (event) => {
    const box = root.getBoundingClientRect();
    const hit = pick(event.clientX - box.left, event.clientY - box.top);
    if (hit?.step === undefined) return;
    store.pause();
    store.seek(model.at[hit.step]);
  });

  function walk(event, kind) {
    const way = STEP[event.key];
    if (!way && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (!way) return hover.point((cursor = null));
    const { nx, ny, lowest } = model.nodes;
    const from = cursor?.kind === kind ? cursor.node : Math.max(0, lowest[kind]);
    const by = event.shiftKey ? FAST : 1;
    const to = (value, last) => Math.max(0, Math.min(last, value));
    const node = to(Math.floor(from / nx) + by * way[1], ny - 1) * nx + to((from % nx) + by * way[0], nx - 1);
    cursor = { kind, node };
    const [left, top] = offset(maps[kind].frame);
    const spot = maps[kind].spotOf(node);
    return hover.point({ node, x: left + spot.x, y: top + spot.y });
  }
  maps.forEach(({ frame: node }, kind) => {
    node.addEventListener("keydown", (event) => model && walk(event, kind));
    node.addEventListener("blur", () => hover.point((cursor = null)));
  });

  const off = store.onHover((run) => {
    maps.forEach((one) => one.emphasize(run));
    scene?.emphasize(run);
    if (model) draw();
  });

  return {
    begin(header) {
      next = createModel(header, store);
      if (!model) [model, next] = [next, null];
      stamp = "";
    },
    add(header, arrays) {
      (next ?? model).add(header, arrays);
      if (header.of === "nodes") request ||= requestAnimationFrame(paint);
      else if (!next) draw();
    },
    draw,
    whole() {
      cancelAnimationFrame(request);
      paint();
      draw(true);
    },
    frame,
    figures: () => (model && !next && model.nodes.complete ? figuresOf(store, model, bar.kinds, maps, words.sentence()) : []),
    destroy() {
      off();
      cancelAnimationFrame(request);
      hover.destroy();
      scene?.destroy();
      [...maps, ...strips, bar].forEach((one) => one.destroy());
      root.remove();
    },
  };
}
