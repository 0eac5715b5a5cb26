// A path that is drawn by hand on the contour, from the start on: what somebody expects, before it is played.

import { clipped, createLayer } from "./layer.mjs";
import { theme } from "./theme.mjs";
import { el } from "./ui.mjs";

const NEAR = 24;    // px: a stroke that begins so near to the end of the last one goes on with it
const APART = 3;    // px between two points
const MOST = 1500;  // points
const TOP = 65535;  // see visualizer/classroom/sketches.py

let asked = null; // {key, color, changed}: a sketch that somebody waits for, or has got
let points = [];  // [x, y] of the plane
let open = false; // whether it may still be drawn
let crowd = [];   // what a class has sketched: x and y in turn, as shares of the window
const panels = new Set();
const tell = () => panels.forEach((panel) => panel());

/** Sketching for whoever asks; one at a time. */
export const sketch = {
  /** @param {{key: string, color: () => string, changed: () => void}} what one that is asked for again goes on */
  ask(what) {
    const goesOn = asked?.key === what.key && open; // whoever asks now is told of it
    [asked, points, open] = [what, goesOn ? points : [], true];
    what.changed();
    tell();
  },
  get points() { return points; },
  clear() {
    points = [];
    asked?.changed();
    tell();
  },
  /** It stays in the picture, and nothing is added to it any more. */
  keep() {
    open = false;
    tell();
  },
  end() {
    [asked, points, open] = [null, [], false];
    tell();
  },
  /** The sketches of a class, all in one picture. @param {number[][]} lines */
  crowd(lines) {
    if (!lines.length && !crowd.length) return;
    crowd = lines;
    tell();
  },
};

/** A class's sketches. The more there are, the fainter: where many went the same way, it is dark. */
function paintCrowd(g, { clip }) {
  const [left, top, width, height] = clip;
  clipped(g, clip, () => {
    Object.assign(g, { strokeStyle: theme.text, lineWidth: 2, lineJoin: "round", lineCap: "round", globalAlpha: Math.max(0.12, Math.min(0.7, 6 / crowd.length)) });
    for (const line of crowd) {
      g.beginPath();
      for (let k = 0; k < line.length; k += 2) g[k ? "lineTo" : "moveTo"](left + (line[k] / TOP) * width, top + (1 - line[k + 1] / TOP) * height);
      g.stroke();
    }
  });
}

/** The line that was drawn, on any context. */
export function paintSketch(g, map) {
  if (!asked || points.length < 2) return;
  clipped(g, map.clip, () => {
    Object.assign(g, { lineJoin: "round", lineCap: "round" });
    for (const [color, width, dash] of [[theme.halo, 5.5, []], [asked.color(), 3, [1, 6]]]) {
      Object.assign(g, { strokeStyle: color, lineWidth: width });
      g.setLineDash(dash);
      g.beginPath();
      points.forEach(([x, y], k) => g[k ? "lineTo" : "moveTo"](map.x(x), map.y(y)));
      g.stroke();
    }
  });
}

/**
 * @param {Element} root the contour's panel
 * @param {() => object | null} getMap plane -> pixels, see contour.mjs
 */
export function createSketching(root, store, getMap) {
  const layer = createLayer(root);
  layer.canvas.classList.add("dl-sketch-line");
  const cover = el("div", { class: "dl-sketch-cover", hidden: true });
  root.append(cover);
  let pen = false;

  const place = (event) => {
    const box = root.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const pixels = ([x, y]) => [getMap().x(x), getMap().y(y)];

  function add(event) {
    const map = getMap();
    const [px, py] = place(event);
    const [left, top, width, height] = map.clip;
    const [u, v] = [Math.max(left, Math.min(left + width, px)), Math.max(top, Math.min(top + height, py))];
    const last = points.length ? pixels(points.at(-1)) : [NaN, NaN];
    if (Math.hypot(u - last[0], v - last[1]) < APART || points.length >= MOST) return;
    points.push([map.x.back(u), map.y.back(v)]);
    asked.changed();
    draw();
  }

  cover.addEventListener("pointerdown", (event) => {
    if (event.button || !getMap()) return;
    event.preventDefault();
    event.stopPropagation();
    const [px, py] = place(event);
    const end = points.length ? pixels(points.at(-1)) : null;
    if (!end || Math.hypot(px - end[0], py - end[1]) > NEAR) points = [[...store.state.header.scenario.start]];
    pen = true;
    cover.setPointerCapture(event.pointerId);
    add(event);
  });
  cover.addEventListener("pointermove", (event) => {
    if (!pen) return;
    for (const one of event.getCoalescedEvents?.() ?? []) add(one);
    add(event);
  });
  for (const type of ["pointerup", "pointercancel"]) cover.addEventListener(type, () => (pen = false));

  function draw() {
    cover.hidden = !open;
    const map = getMap();
    layer.canvas.hidden = !map || !(asked || crowd.length);
    if (layer.canvas.hidden) return;
    layer.fit([0, 0, root.clientWidth, root.clientHeight]);
    layer.clear();
    paintCrowd(layer.g, map);
    paintSketch(layer.g, map);
  }

  panels.add(draw);
  draw();
  return {
    draw,
    destroy() {
      panels.delete(draw);
      layer.destroy();
      cover.remove();
    },
  };
}
