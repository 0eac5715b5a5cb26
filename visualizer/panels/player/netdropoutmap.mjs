// Answers to a plane of inputs as a picture: the color of a class, stronger the surer; and a quantity as ink.

import { classColor, dot } from "./netdropoutparts.mjs";
import { theme } from "./theme.mjs";

const PALE = 0.82; // of a class's color at certainty

const parsed = new Map();
/** A CSS color as [r, g, b]. */
function rgb(color) {
  if (!parsed.has(color)) {
    const g = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    g.fillStyle = color;
    g.fillRect(0, 0, 1, 1);
    parsed.set(color, [...g.getImageData(0, 0, 1, 1).data.slice(0, 3)]);
  }
  return parsed.get(color);
}

/** A canvas of columns x rows pixels; `shade(at)` is the color of a node, rows upwards. */
export function picture([columns, rows], shade) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const g = canvas.getContext("2d");
  const image = g.createImageData(columns, rows);
  for (let at = 0; at < columns * rows; at++) {
    const k = 4 * ((rows - 1 - Math.floor(at / columns)) * columns + (at % columns));
    const [red, green, blue] = shade(at);
    [image.data[k], image.data[k + 1], image.data[k + 2], image.data[k + 3]] = [red, green, blue, 255];
  }
  g.putImageData(image, 0, 0);
  return canvas;
}

const mixed = (from, to, share) => from.map((part, i) => part + (to[i] - part) * share);

/** Shades of chances 0 to 1, `(G, c)`: of all classes, or of the second of two. */
export function chanceShade(chances, many) {
  const paper = rgb(theme.background);
  const colors = Array.from({ length: Math.max(2, many) }, (_, kind) => rgb(classColor(kind)));
  return (at) => {
    if (many === 1) {
      const share = chances[at];
      return mixed(paper, colors[share > 0.5 ? 1 : 0], PALE * Math.abs(2 * share - 1) + 0.04);
    }
    let best = 0;
    for (let kind = 1; kind < many; kind++) if (chances[at * many + kind] > chances[at * many + best]) best = kind;
    return mixed(paper, colors[best], PALE * Math.max(0, (chances[at * many + best] - 1 / many) / (1 - 1 / many)) + 0.04);
  };
}

/** Shades of a quantity from 0 to `most`: more is more ink. */
export function inkShade(values, most) {
  const [paper, ink] = [rgb(theme.background), rgb(theme.dark ? "#f0a81c" : "#7a3e9d")];
  return (at) => mixed(paper, ink, Math.min(1, Math.max(0, values[at] / most)));
}
export const inkColor = (share) => `rgb(${mixed(rgb(theme.background), rgb(theme.dark ? "#f0a81c" : "#7a3e9d"), share).map(Math.round)})`;

/** A picture in its place, smooth or not, with a line around. */
export function putPicture(g, canvas, [x, y, w, h], smooth = true) {
  g.save();
  g.imageSmoothingEnabled = smooth;
  g.drawImage(canvas, x, y, w, h);
  g.restore();
  g.strokeStyle = theme.border;
  g.lineWidth = 1;
  g.beginPath();
  g.rect(x + 0.5, y + 0.5, w - 1, h - 1);
  g.stroke();
}

/** Points of the plane in a box: a circle, a square or a triangle by class. */
export function putPoints(g, { x, y, outputs }, [left, top, w, h], [x0, x1, y0, y1], r = 2.2) {
  const n = x.length / 2;
  g.save();
  g.beginPath();
  g.rect(left, top, w, h);
  g.clip();
  for (let i = 0; i < n; i++) {
    const [u, v] = [left + ((x[2 * i] - x0) / (x1 - x0)) * w, top + ((y1 - x[2 * i + 1]) / (y1 - y0)) * h];
    let kind = 0;
    for (let k = 1; k < outputs; k++) if (y[i * outputs + k] > y[i * outputs + kind]) kind = k;
    dot(g, u, v, r + 1, theme.halo);
    mark(g, u, v, r, kind);
  }
  g.restore();
}

function mark(g, x, y, r, kind) {
  g.fillStyle = classColor(kind);
  g.beginPath();
  if (kind % 3 === 1) g.rect(x - r * 0.9, y - r * 0.9, 1.8 * r, 1.8 * r);
  else if (kind % 3 === 2) {
    g.moveTo(x, y - 1.2 * r);
    g.lineTo(x + 1.1 * r, y + 0.9 * r);
    g.lineTo(x - 1.1 * r, y + 0.9 * r);
  } else g.arc(x, y, r, 0, 2 * Math.PI);
  g.fill();
}

/** The box of a plane's window in w x h, as wide as it is high in its own units. */
export function fitted([x0, x1, y0, y1], w, h, left = 0, top = 0) {
  const scale = Math.min(w / (x1 - x0), h / (y1 - y0));
  const [wide, high] = [scale * (x1 - x0), scale * (y1 - y0)];
  return [left + (w - wide) / 2, top + (h - high) / 2, wide, high];
}
