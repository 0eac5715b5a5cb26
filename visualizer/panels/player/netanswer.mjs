// A small picture of what a network answers to a plane or a line of inputs, with the points that it learned from.

import { createGround } from "./netfieldplane.mjs";
import { outline } from "./netfieldpoints.mjs";
import { theme } from "./theme.mjs";

const ground = createGround();
const MARK = 1.8; // px from the middle of a point's mark to its side,
const FULL = 200; // in a picture at least so high

/**
 * @param {number[]} box [left, top, width, height]
 * @param {{grid: number[] | number, unit: number, task: string}} about
 * @param {Int16Array | Float32Array} given answers of one or more networks, of which `k` is drawn
 * @param {{points: object, color: string, width?: number, labels?: Uint8Array, veil?: Float32Array, most?: number}} style
 *   `veil`: how unsure it is at each node, up to `most`, which hides the ground
 */
export function drawAnswer(g, box, about, given, k, { points, color, width = 1.6, labels, dots = true }) {
  if (points.inputs === 1) return drawCurves(g, box, about, [given.subarray(k * about.grid, (k + 1) * about.grid)], { points, color, width, dots });
  const answers = { margins: given, unit: about.unit };
  ground.draw(g, box, { about: { grid: about.grid, outputs: points.outputs }, answers }, { k, share: 0 }, { color, width, quarters: false });
  if (dots) drawMarks(g, box, points, labels);
}

/** The training points, by class. */
function drawMarks(g, [left, top, w, h], { x, y, train, outputs, window: [x0, x1, y0, y1] }, labels) {
  const r = MARK * Math.min(1.6, Math.max(0.7, h / FULL));
  const own = (i) => labels?.[i] ?? y.subarray(i * outputs, (i + 1) * outputs).indexOf(1);
  for (let i = 0; i < train; i++) {
    const kind = own(i);
    outline(g, kind, left + (w * (x[2 * i] - x0)) / (x1 - x0), top + (h * (y1 - x[2 * i + 1])) / (y1 - y0), r);
    g.fillStyle = theme.classes[kind];
    g.fill();
  }
}

/** Curves over the window's line, the points that they are to meet, and the truth if it is known. */
export function drawCurves(g, box, about, curves, { points, color, width = 1.6, dots = true, alpha = 1 }) {
  const [left, top, w, h] = box;
  const [x0, x1, y0, y1] = points.window;
  const at = (x, y) => [left + (w * (x - x0)) / (x1 - x0), top + (h * (y1 - y)) / (y1 - y0)];
  g.save();
  g.beginPath();
  g.rect(...box);
  g.clip();
  if (dots) {
    g.fillStyle = theme.muted;
    for (let i = 0; i < points.train; i++) {
      g.beginPath();
      g.arc(...at(points.x[i], points.y[i]), MARK, 0, 2 * Math.PI);
      g.fill();
    }
  }
  Object.assign(g, { strokeStyle: color, lineWidth: width, globalAlpha: alpha, lineJoin: "round" });
  for (const values of curves) {
    g.beginPath();
    values.forEach((value, k) => {
      const point = at(x0 + ((x1 - x0) * k) / (values.length - 1), Math.max(y0 - 9, Math.min(y1 + 9, value)));
      if (Number.isFinite(value)) (k ? g.lineTo(...point) : g.moveTo(...point));
    });
    g.stroke();
  }
  g.restore();
}
