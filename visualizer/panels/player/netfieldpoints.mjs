// Points to learn as marks: the class by color and shape, training points filled, test points small and open; those with a
// disturbed label crossed, those that are answered wrongly ringed.

import { likeliest } from "./netfieldgrid.mjs";
import { theme } from "./theme.mjs";

const TRAIN = 4;  // px from the middle of a mark to its side
const TEST = 2.7;
const CROSSED = 5.6; // there is a cross on it
const GRAB = 11;  // px around a point that are the point
const TURN = 2 * Math.PI;

/** The three shapes, about equally large: circle, square, triangle. */
export function outline(g, kind, x, y, r) {
  g.beginPath();
  if (kind === 0) g.arc(x, y, r, 0, TURN);
  else if (kind === 1) g.rect(x - 0.9 * r, y - 0.9 * r, 1.8 * r, 1.8 * r);
  else {
    g.moveTo(x, y - 1.3 * r);
    g.lineTo(x + 1.2 * r, y + 0.85 * r);
    g.lineTo(x - 1.2 * r, y + 0.85 * r);
    g.closePath();
  }
}

/** The same as an image, for words beside the picture. */
export function glyph(kind, color) {
  const shape = ['<circle r="4"/>', '<path d="M-3.600-3.600h7.200v7.200h-7.200z"/>', '<path d="M0-5.200L4.800 3.400H-4.800z"/>'][kind];
  return `<svg viewBox="-6 -6 12 12" width="12" height="12" fill="${color}" aria-hidden="true">${shape}</svg>`;
}

/** The classes [N] of rows of 0 and a 1. */
const classesOf = (rows, count, classes) =>
  Uint8Array.from({ length: count }, (_, i) => rows.subarray(i * classes, (i + 1) * classes).indexOf(1));

/** What is drawn of the points of a study: their classes, as labelled and as drawn, and where they are. */
export function pointsOf({ x, y, clean, train, test, outputs, inputs, task }) {
  const count = train + test;
  const classes = task === "classes";
  return {
    count, train, x, inputs,
    label: classes ? classesOf(y, count, outputs) : null,
    truth: classes ? classesOf(clean, count, outputs) : null,
    values: classes ? null : y,
    meant: classes ? null : clean,
  };
}

export const isTest = (points, i) => i >= points.train;
const radius = (points, i, scale) => (isTest(points, i) ? TEST : isDisturbed(points, i) ? CROSSED : TRAIN) * scale;

/** The first of the points that are shown ("train", "test" or "both"), and the one after the last. */
const shown = (points, which) => (which === "train" ? [0, points.train] : [which === "test" ? points.train : 0, points.count]);

/** All marks; `at(i)` is a point's pixel. */
export function drawPoints(g, points, at, which, scale) {
  const [from, to] = shown(points, which);
  g.save();
  for (let i = to - 1; i >= from; i--) { // training points last: above the others
    const [x, y] = at(i);
    const kind = points.label ? points.label[i] : 0;
    const color = points.label ? theme.classes[kind] : theme.text;
    const disturbed = isDisturbed(points, i);
    outline(g, kind, x, y, radius(points, i, scale));
    if (isTest(points, i)) {
      Object.assign(g, { strokeStyle: color, lineWidth: 1.2 * scale, globalAlpha: points.label ? 0.85 : 0.4 });
      g.stroke();
    } else {
      Object.assign(g, { fillStyle: color, strokeStyle: disturbed ? theme.text : theme.background, lineWidth: 1.2 * scale, globalAlpha: 1 });
      g.fill();
      g.stroke();
      if (disturbed) cross(g, x, y, 0.5 * radius(points, i, scale), scale);
    }
  }
  g.restore();
}

export function isDisturbed(points, i) {
  return points.label ? points.label[i] !== points.truth[i] : points.values[i] !== points.meant[i];
}

function cross(g, x, y, r, scale) {
  g.beginPath();
  g.moveTo(x - r, y - r);
  g.lineTo(x + r, y + r);
  g.moveTo(x - r, y + r);
  g.lineTo(x + r, y - r);
  Object.assign(g, { strokeStyle: theme.background, lineWidth: 1.6 * scale });
  g.stroke();
}

/** Whether the network takes point `i` for another class than its label at snapshot `k`. */
export const isWrong = (points, answers, k, i) => {
  const per = answers.points.length / (answers.at.length * points.count);
  return likeliest(answers.points, (k * points.count + i) * per, per) !== points.label[i];
};

/** Rings around the points that are answered wrongly. */
export function drawRings(g, points, at, which, scale, wrong) {
  const [from, to] = shown(points, which);
  g.beginPath();
  for (let i = from; i < to; i++) {
    if (!wrong(i)) continue;
    const [x, y] = at(i);
    const r = radius(points, i, scale) + 3 * scale;
    g.moveTo(x + r, y);
    g.arc(x, y, r, 0, TURN);
  }
  for (const [color, width] of [[theme.halo, 3.6], [theme.text, 1.5]]) {
    Object.assign(g, { strokeStyle: color, lineWidth: width * scale });
    g.stroke();
  }
}

/** The point that is nearest to a pixel, if one is near; -1 else. */
export function nearest(points, at, which, px, py) {
  const [from, to] = shown(points, which);
  let [best, least] = [-1, GRAB * GRAB];
  for (let i = from; i < to; i++) {
    const [x, y] = at(i);
    const off = (x - px) ** 2 + (y - py) ** 2;
    if (off < least) [best, least] = [i, off];
  }
  return best;
}
