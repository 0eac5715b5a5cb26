// One map of a slice: bands of loss with lines between them, and above them the paths, as they are projected onto it.

import { drawHead } from "./glyphs.mjs";
import { createLayer } from "./layer.mjs";
import { gridOf } from "./netlandscapenodes.mjs";
import { look } from "./contours.mjs";
import { createOverlay } from "./overlay.mjs";
import { inside } from "./plane.mjs";
import { axisOf, drawAxes, drawLine, within } from "./plotaxes.mjs";
import { paintBands } from "./sketch.mjs";
import { theme } from "./theme.mjs";
import { el } from "./ui.mjs";

const SIZE = 11;             // px of letters that these margins are made for
const NEAR = 12;             // px around a path that are the path
const SHARPEST = 2;          // device pixels per CSS pixel
export const LEFT = 46;      // px for the numbers and the name of an axis,
export const BARE = 8;       // and where they stand beside another map,
export const BELOW = 34;
export const ABOVE = 2;

/** From the plane to pixels of `clip`. */
export function mapOf([x0, x1, y0, y1], clip) {
  const [left, top, width, height] = clip;
  const axis = (from, to, start, length) => {
    const forth = (value) => start + ((value - from) * length) / (to - from);
    forth.back = (pixel) => from + ((pixel - start) * (to - from)) / length;
    return forth;
  };
  return { x: axis(x0, x1, left, width), y: axis(y1, y0, top, height), clip };
}

/** The paths of a slice as an overlay draws them: a row for each snapshot. */
export function sceneOf({ ways, tracks }, map) {
  const px = new Float32Array(2 * ways.reduce((sum, way) => sum + way.distance.length, 0));
  let k = 0;
  for (const { coordinates } of ways) {
    for (let i = 0; i < coordinates.length; i += 2) {
      px[k++] = map.x(coordinates[i]);
      px[k++] = map.y(coordinates[i + 1]);
    }
  }
  return { tracks, px, seen: null, clip: map.clip, points: [], crosses: [] };
}

/** @param {0 | 1} kind of training or of test points */
export function createMap(store, kind) {
  const picture = el("canvas", { class: "dl-layer dl-still", "aria-hidden": "true" });
  const frame = el("div", { class: "dl-ls-map", role: "img", tabindex: 0 });
  frame.append(picture);
  const still = createLayer(frame);
  still.canvas.classList.add("dl-still");
  const overlay = createOverlay(frame, { width: 2.2, ghost: 0.55, edge: true });
  let map = null;
  let model = null;
  let bare = false;

  /** All that stands still above the bands, on any context. */
  function drawFrame(g, { clip, x, y }, size, plain) {
    const [x0, x1, y0, y1] = model.nodes.window;
    const [left, top, width, height] = clip;
    const up = axisOf("linear", y0, y1);
    drawAxes(g, clip, { axis: axisOf("linear", x0, x1), label: "" }, { axis: plain ? { ...up, ticks: () => [] } : up, label: "" }, { size });
    g.strokeStyle = theme.border;
    g.lineWidth = 1;
    g.beginPath();
    g.rect(left - 0.5, top - 0.5, width + 1, height + 1);
    g.stroke();
    Object.assign(g, { fillStyle: theme.muted, textAlign: "center", textBaseline: "bottom" });
    g.fillText(fitted(g, model.names[0], width), left + width / 2, top + height + (BELOW * size) / SIZE - 1);
    if (!plain) {
      g.save();
      g.translate(left - ((LEFT - 7) * size) / SIZE, top + height / 2);
      g.rotate(-Math.PI / 2);
      g.textBaseline = "middle";
      g.fillText(fitted(g, model.names[1], height), 0, 0);
      g.restore();
    }
    within(g, clip, () => {
      for (const way of model.ways) {
        const last = way.coordinates.length - 2;
        mark(g, "start", x(way.coordinates[0]), y(way.coordinates[1]));
        mark(g, "end", x(way.coordinates[last]), y(way.coordinates[last + 1]), way.track.color);
      }
      if (model.nodes.complete) {
        [1 - kind, kind].forEach((one) => {
          const node = model.nodes.lowest[one];
          if (node >= 0) mark(g, "lowest", x(model.nodes.x(node % model.nodes.nx)), y(model.nodes.y(Math.floor(node / model.nodes.nx))), theme.text, one !== kind);
        });
      }
    });
  }

  function bands(canvas, clip, ratio) {
    const grid = model.scale && gridOf(model.nodes, model.scale, kind);
    [canvas.width, canvas.height] = [Math.max(1, Math.round(clip[2] * ratio)), Math.max(1, Math.round(clip[3] * ratio))];
    if (grid) paintBands(canvas, grid, clip, mapOf(model.nodes.window, clip), look(), model.scale.bands);
  }

  return {
    frame,
    /** Draw a slice so large; `plain` has no numbers beside it, for those of the map before it are the same. */
    draw(next, side, plain, t, letters) {
      [model, bare] = [next, plain];
      const grown = letters / SIZE;
      const clip = [Math.ceil((plain ? BARE : LEFT) * grown), ABOVE, side, side];
      const [w, h] = [clip[0] + side + 2, Math.ceil(ABOVE + side + BELOW * grown)];
      Object.assign(frame.style, { width: `${w}px`, height: `${h}px` });
      frame.setAttribute("aria-label", model.titles[kind]);
      map = mapOf(model.nodes.window, clip);
      this.paintBands();
      still.fit([0, 0, w, h]);
      still.clear();
      drawFrame(still.g, map, letters, bare);
      title(still.g, model.titles[kind], clip[0] + 6, clip[1] + 5, letters);
      overlay.set(sceneOf(model, map), w, h, t, 1);
    },
    /** More nodes have come. */
    paintBands() {
      Object.assign(picture.style, { transform: `translate(${map.clip[0]}px, ${map.clip[1]}px)`, width: `${map.clip[2]}px`, height: `${map.clip[3]}px` });
      bands(picture, map.clip, Math.min(SHARPEST, window.devicePixelRatio || 1));
    },
    frameAt: overlay.draw,
    emphasize: overlay.emphasize,
    /** What is at a pixel of the frame: a snapshot of a path, or the nearest node. */
    pick(px, py) {
      if (!map || !inside(map.clip, px, py)) return null;
      const hit = overlay.nearest(px, py, NEAR);
      if (hit) return { ...hit, kind };
      const { nx, ny } = model.nodes;
      const share = (value, last) => Math.round(Math.max(0, Math.min(1, value)) * last);
      const column = share((px - map.clip[0]) / map.clip[2], nx - 1);
      const row = share(1 - (py - map.clip[1]) / map.clip[3], ny - 1);
      return { node: row * nx + column, x: px, y: py };
    },
    /** Where a node is on the frame. */
    spotOf: (node) => ({ x: map.x(model.nodes.x(node % model.nodes.nx)), y: map.y(model.nodes.y(Math.floor(node / model.nodes.nx))) }),
    /** All of it with whole paths, on any context. */
    paint(g, w, h, size, t) {
      const grown = size / SIZE;
      const side = Math.min(w - (LEFT + 6) * grown, h - (BELOW + ABOVE) * grown);
      const whole = mapOf(model.nodes.window, [LEFT * grown + (w - (LEFT + 6) * grown - side) / 2, ABOVE * grown, side, side]);
      const canvas = document.createElement("canvas");
      bands(canvas, whole.clip, SHARPEST);
      g.drawImage(canvas, ...whole.clip);
      drawFrame(g, whole, size, false);
      within(g, whole.clip, () => model.ways.forEach((way) => {
        const points = Array.from(way.distance, (_, k) => [whole.x(way.coordinates[2 * k]), whole.y(way.coordinates[2 * k + 1])]);
        drawLine(g, points, way.track, 2.2 * grown);
        const head = points[Math.min(Math.floor(t), points.length - 1)];
        drawHead(g, ...head, way.track.color, theme.background, 5.5 * grown);
      }));
    },
    destroy() {
      overlay.destroy();
      still.destroy();
      frame.remove();
    },
  };
}

/** The words as far as there is room for them. */
function fitted(g, words, room) {
  let kept = words;
  while (kept.length > 1 && g.measureText(kept).width > room) kept = `${kept.slice(0, -2)}\u2026`;
  return kept;
}

/** Words over the bands. */
function title(g, words, x, y, size) {
  g.save();
  g.font = `600 ${size + 1}px ${theme.font}`;
  Object.assign(g, { textAlign: "left", textBaseline: "top", lineJoin: "round", lineWidth: 4, strokeStyle: theme.halo, fillStyle: theme.text });
  g.strokeText(words, x, y);
  g.fillText(words, x, y);
  g.restore();
}

const SHAPES = {
  start: (g, x, y) => g.arc(x, y, 3.6, 0, 2 * Math.PI),
  end: (g, x, y) => g.rect(x - 3.5, y - 3.5, 7, 7),
  lowest: (g, x, y) => [[-6, -4], [6, -4], [0, 6]].forEach(([u, v], k) => (k ? g.lineTo(x + u, y + v) : g.moveTo(x + u, y + v))),
};

/** A ring where a path begins, a square where it ends, a triangle on its point at the lowest node; shapes tell them apart. */
export function mark(g, shape, x, y, color = theme.text, faint = false) {
  if (!Number.isFinite(x + y)) return;
  g.save();
  g.beginPath();
  SHAPES[shape](g, x, y);
  g.closePath();
  g.globalAlpha = faint ? 0.4 : 1;
  Object.assign(g, { lineJoin: "round", strokeStyle: theme.halo, lineWidth: 4.5, fillStyle: shape === "end" ? color : theme.background });
  g.stroke();
  g.fill();
  Object.assign(g, { strokeStyle: color, lineWidth: 1.6 });
  g.stroke();
  g.restore();
}
