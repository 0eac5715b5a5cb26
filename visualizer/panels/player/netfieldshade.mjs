// Chances as color: the likeliest class's own, the fainter the less sure. Two classes fade to the page's color where they
// are equally likely; more keep a little, so that one sees whose ground it is.

import { theme } from "./theme.mjs";

const LEVELS = 256;
const REACH = 8;       // leads beyond are as good as sure
const FINE = 64;       // steps of a lead of 1
const STRONG = { false: 0.36, true: 0.32 }; // of a sure class's color, by whether the page is dark
const FLOOR = 0.12;    // of the likeliest of more than two

const EXP = Float32Array.from({ length: 2 * REACH * FINE + 1 }, (_, k) => Math.exp(-k / FINE));
const parse = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const tables = new Map(); // of the theme and how many classes

/** The colors [class * LEVELS + level of the chance above that of guessing] on this page, as pixels. */
function table(classes) {
  const key = `${theme.key}|${classes}`;
  if (!tables.has(key)) {
    const paper = paperOf(theme.background);
    const found = new Uint32Array(classes * LEVELS);
    for (let c = 0; c < classes; c++) {
      const ink = parse(theme.classes[c]);
      for (let level = 0; level < LEVELS; level++) {
        const sure = level / (LEVELS - 1);
        const share = STRONG[theme.dark] * (classes > 2 ? FLOOR + (1 - FLOOR) * sure : sure);
        const [r, g, b] = paper.map((part, i) => Math.round(part + share * (ink[i] - part)));
        found[c * LEVELS + level] = (255 << 24) | (b << 16) | (g << 8) | r; // little-endian, as every browser's machine
      }
    }
    tables.set(key, found);
  }
  return tables.get(key);
}

function paperOf(color) {
  const g = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  g.fillStyle = color;
  g.fillRect(0, 0, 1, 1);
  return [...g.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/**
 * Shades w x h pixels by leads on the nodes of a grid.
 * @param {Uint32Array} pixels rows downwards
 */
export function shade(pixels, w, h, leads, [nx, ny], classes) {
  const colors = table(classes);
  const per = classes - 1;
  const [column, part] = places(w, nx);
  const [row, rise] = places(h, ny);
  const line = new Float32Array(nx * per);
  const ahead = new Float32Array(classes);
  for (let y = 0; y < h; y++) {
    const below = row[h - 1 - y] * nx * per;
    const up = rise[h - 1 - y];
    for (let i = 0; i < line.length; i++) line[i] = leads[below + i] + up * (leads[below + nx * per + i] - leads[below + i]);
    const at = y * w;
    if (per === 1) for (let x = 0; x < w; x++) {
      const k = column[x];
      const lead = line[k] + part[x] * (line[k + 1] - line[k]);
      const less = EXP[Math.min(2 * REACH * FINE, (Math.abs(lead) * FINE) | 0)]; // the other's chance to the likelier one's
      pixels[at + x] = colors[(lead > 0 ? LEVELS : 0) + ((((1 - less) / (1 + less)) * (LEVELS - 1)) | 0)];
    } else for (let x = 0; x < w; x++) {
      const k = column[x] * per;
      let [best, most] = [0, 0];
      for (let c = 0; c < per; c++) {
        const lead = line[k + c] + part[x] * (line[k + per + c] - line[k + c]);
        ahead[c + 1] = lead;
        if (lead > most) [best, most] = [c + 1, lead];
      }
      let sum = 0;
      for (let c = 0; c < classes; c++) sum += EXP[Math.min(2 * REACH * FINE, ((most - ahead[c]) * FINE) | 0)];
      pixels[at + x] = colors[best * LEVELS + (((classes / sum - 1) / per) * (LEVELS - 1) | 0)];
    }
  }
}

/** For each of `w` pixels the node before it, and which share of the way to the next it is. */
function places(w, nodes) {
  const key = w * 4096 + nodes;
  if (!known.has(key)) {
    const at = Float64Array.from({ length: w }, (_, x) => ((x + 0.5) / w) * (nodes - 1));
    const node = Uint16Array.from(at, (value) => Math.min(Math.floor(value), nodes - 2));
    if (known.size > 40) known.clear();
    known.set(key, [node, Float32Array.from(at, (value, x) => value - node[x])]);
  }
  return known.get(key);
}
const known = new Map();
