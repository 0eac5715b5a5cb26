// Mistakes, roughness and weights over penalties, one column each, on any context.

import { drawTile, largest, signed } from "./netpictures.mjs";
import { exact } from "./numbers.mjs";
import { axisOf, drawLine } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { short } from "./ticks.mjs";

const PAGE = 12;  // px of letters that the lengths here are for
const LEFT = 58;
const [NOISE, DIGIT] = [3.5, 1.0]; // roughness of independent pixels, and of the digits
const LEAST = 1e-3; // of mistakes, on a logarithmic axis
const PIXELS = 64;
const [MEAN, LOW, HIGH] = [0, 1, 2];

/** Paints w x h; returns `column(x)`, the place of the penalty there. */
export function paintSweep(g, w, h, { store, about, found, pictures, triple, track, at }, size = PAGE) {
  const scale = size / PAGE;
  const left = LEFT * scale;
  const many = about.penalties.length;
  const wide = (w - left - 4) / many;
  const x = (k) => left + (k + 0.5) * wide;
  const tops = [6 * scale, 0.36 * h + 6 * scale];
  const heights = [0.36 * h - 12 * scale, 0.26 * h - 12 * scale];
  const below = tops[1] + heights[1];
  shade(g, { found, at, x, wide, top: tops[0], bottom: h });
  const places = about.penalties.map((_, k) => k);
  const positive = (values) => [...values].filter((value) => Number.isFinite(value) && value > 0);
  const shares = positive(found.mistakes);
  const wrong = axisOf("log", Math.max(LEAST, Math.min(...shares, 1)) / 1.4, Math.min(1, Math.max(...shares, 2 * LEAST)) * 1.15);
  const roughs = positive(places.map((k) => triple("roughness", k)[MEAN]));
  const rough = axisOf("log", Math.min(DIGIT, ...roughs) / 1.3, Math.max(NOISE, ...roughs) * 1.2);
  axis(g, wrong, tops[0], heights[0], left, w, store.say("net_weights.mistakes"), (value) => `${short(Number((100 * value).toPrecision(6)))}%`, size);
  axis(g, rough, tops[1], heights[1], left, w, store.say("net_weights.roughness"), null, size);
  mark(g, rough, tops[1], heights[1], left, w, [[NOISE, "noise"], [DIGIT, "a_digit"]].map(([value, key]) => [value, store.say(`net_weights.${key}`)]), size);
  const wrongly = (k) => [MEAN, HIGH, LOW].map((i) => 1 - triple("accuracy", k)[i]);
  [[wrongly, wrong, found.mistakes, 0], [(k) => triple("roughness", k), rough, found.rough, 1]].forEach(([ends, of, seeds, row]) => {
    const y = (value) => tops[row] + heights[row] * (1 - Math.max(-0.02, Math.min(1.02, value > 0 ? of.share(value) : 0)));
    drawLine(g, places.filter((k) => ends(k)[MEAN] > 0).map((k) => [x(k), y(ends(k)[MEAN])]), track, 1.8 * scale);
    places.forEach((k) => dots(g, track.color, x(k), y, ends(k), seeds.subarray(k * found.n, (k + 1) * found.n), scale));
  });
  labels(g, about, track, x, below + 5 * scale, store, left, size);
  const top = below + 26 * scale;
  if (pictures) tiles(g, pictures, many, x, wide, top, h - top - 2, scale);
  return { column: (px) => (px < left ? -1 : Math.min(many - 1, Math.floor((px - left) / wide))) };
}

/** Columns whose penalty costs accuracy, and the one that is looked at. */
function shade(g, { found, at, x, wide, top, bottom }) {
  const { begins } = found.verdict;
  const many = found.cost.length / 3;
  g.fillStyle = theme.border;
  for (let k = 0; k < many; k++) {
    const costs = begins !== null && k >= begins && found.cost[3 * k + LOW] > 0;
    g.globalAlpha = (costs ? 0.45 : 0) + (k === at ? 0.35 : 0);
    if (g.globalAlpha) g.fillRect(x(k) - wide / 2 + 1, top - 4, wide - 2, bottom - top + 4);
  }
  g.globalAlpha = 1;
}

function axis(g, of, top, tall, left, w, label, text, size) {
  const scale = size / PAGE;
  g.font = `${size}px ${theme.font}`;
  g.textAlign = "right";
  g.textBaseline = "middle";
  const ticks = of.ticks(Math.max(2, tall / (18 * scale)));
  for (const [share, words] of ticks) {
    const y = Math.round(top + (1 - share) * tall) + 0.5;
    g.fillStyle = theme.border;
    g.fillRect(left, y, w - left - 4, 1);
    g.fillStyle = theme.muted;
    g.fillText(text ? text(of.value(share)) : words, left - 6 * scale, y);
  }
  g.save();
  g.translate(9 * scale, top + tall / 2);
  g.rotate(-Math.PI / 2);
  g.textAlign = "center";
  g.fillStyle = theme.text;
  g.fillText(label, 0, 0);
  g.restore();
}

/** Values to compare with, as broken lines with a word. */
function mark(g, of, top, tall, left, w, list, size) {
  const scale = size / PAGE;
  g.save();
  g.setLineDash([3 * scale, 3 * scale]);
  Object.assign(g, { strokeStyle: theme.muted, fillStyle: theme.muted, lineWidth: 1, textAlign: "right", textBaseline: "bottom" });
  g.font = `${0.9 * size}px ${theme.font}`;
  for (const [value, words] of list) {
    const y = top + (1 - of.share(value)) * tall;
    g.beginPath();
    g.moveTo(left, y);
    g.lineTo(w - 4, y);
    g.stroke();
    g.fillText(words, w - 6, y - 1);
  }
  g.restore();
}

function dots(g, color, x, y, [mean, low, high], values, scale) {
  Object.assign(g, { fillStyle: color, strokeStyle: color, lineWidth: 1.6 * scale });
  g.globalAlpha = 0.4;
  for (const value of values) if (Number.isFinite(value)) g.fillRect(x + 5 * scale, y(value) - 1.2 * scale, 2.4 * scale, 2.4 * scale);
  g.globalAlpha = 1;
  if (!Number.isFinite(mean)) return;
  if (Number.isFinite(low)) {
    g.beginPath();
    g.moveTo(x, y(low));
    g.lineTo(x, y(high));
    g.stroke();
  }
  g.beginPath();
  g.arc(x, y(mean), 3.4 * scale, 0, 2 * Math.PI);
  g.fill();
}

/** The penalties, and where that of the network looked at is among them. */
function labels(g, about, { own, color }, x, y, store, left, size) {
  const scale = size / PAGE;
  g.font = `${size}px ${theme.font}`;
  Object.assign(g, { textAlign: "center", textBaseline: "top", fillStyle: theme.muted });
  about.penalties.forEach((penalty, k) => g.fillText(exact(penalty), x(k), y));
  g.textAlign = "right";
  g.fillStyle = theme.text;
  g.fillText(store.say("net_weights.penalty"), left - 6 * scale, y);
  const [first, last] = [about.penalties[1], about.penalties.at(-1)];
  const place = own <= 0 ? 0 : Math.max(0.5, Math.min(about.penalties.length - 0.6, 1 + ((about.penalties.length - 2) * Math.log(own / first)) / Math.log(last / first)));
  g.fillStyle = color;
  g.beginPath();
  [[0, -1], [-4, -7], [4, -7]].forEach(([u, v], i) => (i ? g.lineTo(x(place) + u * scale, y + v * scale) : g.moveTo(x(place), y + v * scale)));
  g.fill();
}

/** Weights of the same units in every column: those that are strongest without a penalty. */
function tiles(g, pictures, many, x, wide, top, tall, scale) {
  const units = pictures.length / many / PIXELS;
  const gap = 3 * scale;
  const rows = Math.max(1, Math.round(tall / (34 * scale)));
  const side = Math.min((tall - gap * (rows - 1)) / rows, wide - 2 * gap);
  if (side < 8) return;
  const across = Math.max(1, Math.floor((wide - gap) / (side + gap)));
  const shown = Math.min(units, across * rows);
  const strongest = Array.from({ length: units }, (_, unit) => unit).sort((a, b) => strength(pictures, b) - strength(pictures, a)).slice(0, shown).sort((a, b) => a - b);
  for (let k = 0; k < many; k++) {
    const column = pictures.subarray(k * units * PIXELS, (k + 1) * units * PIXELS);
    const color = signed(largest(column)); // each of its own: penalties shrink weights, and what is asked is their shape
    const begin = x(k) - (Math.min(across, shown) * (side + gap) - gap) / 2;
    strongest.forEach((unit, i) => drawTile(g, column.subarray(unit * PIXELS, (unit + 1) * PIXELS), color, begin + (i % across) * (side + gap), top + Math.floor(i / across) * (side + gap), side));
  }
}

/** Of a unit's weights without a penalty, which come first. */
const strength = (pictures, unit) => pictures.subarray(unit * PIXELS, (unit + 1) * PIXELS).reduce((sum, value) => sum + value * value, 0);
