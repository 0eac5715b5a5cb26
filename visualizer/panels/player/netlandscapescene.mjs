// A slice in 3-D, with the paths at their true height: above the surface or below it, and a stem from the head to the
// plane's loss beneath. Plotly draws the surface once; what moves is drawn on a canvas that follows its camera.

import { project, seenFrom } from "./camera.mjs";
import { gridOf } from "./netlandscapenodes.mjs";
import { createOverlay } from "./overlay.mjs";
import { fontSize, latest } from "./panel.mjs";
import { plotly } from "./plotly.mjs";
import { unburden } from "./scene.mjs";
import { figureOf } from "./surface.mjs";
import { theme } from "./theme.mjs";
import { createTurning } from "./turning.mjs";
import { el } from "./ui.mjs";

const NEAR = 14;        // px around a path that are the path
const SIDES = [1.3, 1.3];
const MARGIN = 0.03;    // of the height, above and below what is drawn
const FOOT = 3;         // px
const FAR = 1.1;        // as far as the eye of a race: here numbers are long

export function createScene(root, store) {
  const plot = el("div", { class: "dl-plot" });
  root.append(plot);
  const overlay = createOverlay(root, { width: 2.2, ghost: 0.45 });
  const turning = createTurning(plot, root, sync);
  let Plotly = null;
  let shown = null;  // {model, kind} that is wanted
  let drawn = "";    // what Plotly has drawn
  let spots = null;  // {key, grid, xyz}
  let seen = null;
  let now = 0;
  let gone = false;

  const lossOf = (list, kind, k) => (list ? list[2 * k + kind] : NaN);

  /** u, v and the true height of every snapshot; NaN outside the window, where Plotly draws nothing. */
  function pointsOf({ model, kind }) {
    const [x0, x1, y0, y1] = model.nodes.window;
    return Float32Array.from(model.ways.flatMap((way) => Array.from(way.distance, (_, k) => {
      const [u, v] = way.coordinates.subarray(2 * k, 2 * k + 2);
      const inside = u >= x0 && u <= x1 && v >= y0 && v <= y1;
      return [u, v, inside ? model.scale.of(lossOf(way.own, kind, k)) : NaN];
    }).flat()));
  }

  /** Heights from the lowest to the highest, of nodes and paths. */
  function rangeOf({ model }, xyz) {
    let [low, high] = [model.scale.low, model.scale.high];
    for (let i = 2; i < xyz.length; i += 3) {
      if (xyz[i] < low) low = xyz[i];
      if (xyz[i] > high) high = xyz[i];
    }
    const room = MARGIN * (high - low);
    return [low - room, high + room];
  }

  const keyOf = ({ model, kind }) =>
    [model.look, kind, model.nodes.complete, model.scale.low, model.scale.high, theme.key, fontSize(root.clientHeight), root.clientWidth, root.clientHeight, model.names].join();

  /** Lay the paths over the scene as the camera shows it now. What the surface hides is found at rest. */
  function sync() {
    const camera = shown && spots && turning.camera();
    if (!camera) return;
    const { xyz, grid } = spots;
    if (!turning.moving || !seen) seen = seenFrom(camera, grid, xyz);
    const px = new Float32Array((xyz.length / 3) * 2);
    for (let i = 0; i < xyz.length / 3; i++) project(camera, xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2], px, 2 * i);
    const scene = { tracks: shown.model.tracks, px, seen, clip: camera.box, points: [], crosses: [], beneath: (g, t) => stems(g, t, camera) };
    overlay.set(scene, root.clientWidth, root.clientHeight, now);
  }

  /** From each head to the plane's loss at the nearest point of the plane. */
  function stems(g, t, camera) {
    const { model, kind } = shown;
    const at = new Float32Array(4);
    for (const way of model.ways) {
      const k = Math.min(Math.floor(t), way.distance.length - 1);
      const next = Math.min(k + 1, way.distance.length - 1);
      const mixed = (a, b) => a + (b - a) * (t - Math.floor(t));
      const [u, v] = [0, 1].map((i) => mixed(way.coordinates[2 * k + i], way.coordinates[2 * next + i]));
      const [own, beneath] = [way.own, way.projected].map((list) => mixed(model.scale.of(lossOf(list, kind, k)), model.scale.of(lossOf(list, kind, next))));
      project(camera, u, v, own, at, 0);
      project(camera, u, v, beneath, at, 2);
      if (!Number.isFinite(at[0] + at[1] + at[2] + at[3])) continue;
      for (const [ink, width] of [[theme.halo, 4], [way.track.color, 1.8]]) {
        Object.assign(g, { strokeStyle: ink, lineWidth: width });
        g.beginPath();
        g.moveTo(at[0], at[1]);
        g.lineTo(at[2], at[3]);
        g.stroke();
      }
      g.beginPath();
      g.arc(at[2], at[3], FOOT, 0, 2 * Math.PI);
      Object.assign(g, { fillStyle: theme.background, strokeStyle: way.track.color, lineWidth: 1.8 });
      g.fill();
      g.stroke();
    }
  }

  const push = latest(async (wanted) => {
    Plotly ??= await plotly();
    if (gone || wanted !== shown) return;
    const { model, kind } = wanted;
    const grid = model.scale && gridOf(model.nodes, model.scale, kind);
    if (!grid) return;
    const key = keyOf(wanted);
    if (key !== drawn) {
      const xyz = pointsOf(wanted);
      const range = rangeOf(wanted, xyz);
      const ticks = model.scale.ticks(5);
      const first = !drawn;
      await (first ? Plotly.newPlot : Plotly.react)(plot, ...figureOf(grid, root, { window: model.nodes.window, sides: SIDES, ticks, range, names: ["u", "v"], far: FAR }));
      if (gone) return;
      [drawn, spots, seen] = [key, { grid, xyz }, null];
      if (first) {
        unburden(plot);
        turning.listen();
      }
      turning.follow(); // a new scene settles over a frame or two
    }
    sync();
    performance.mark("dl:landscape-3d");
  });

  return {
    /** Draw a slice, the coarse picture and then the whole one: in between Plotly would take all the time. */
    show(model, kind, t) {
      now = t;
      root.hidden = false;
      if (!model.scale) return;
      shown = { model, kind };
      if (!drawn || model.nodes.complete) push(shown);
    },
    hide: () => (root.hidden = true),
    frameAt(t) {
      now = t;
      overlay.draw(t);
    },
    emphasize: overlay.emphasize,
    frame: root,
    pick: (x, y) => {
      const hit = turning.moving ? null : overlay.nearest(x, y, NEAR);
      return hit && { ...hit, kind: shown.kind };
    },
    destroy() {
      gone = true;
      turning.destroy();
      overlay.destroy();
      Plotly?.purge(plot);
      root.replaceChildren();
    },
  };
}
