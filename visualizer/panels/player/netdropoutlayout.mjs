// Where the units of a network stand in its diagram, and how they and their weights are drawn.

import { theme } from "./theme.mjs";

const SIZE = 12;     // px of the letters on the page
const CLOSEST = 10;  // px from a unit to the next in its column
const LARGEST = 9;   // px of a unit's radius
const STRONGEST = 3; // weights to a hidden unit that are drawn, by size,
const MORE = 12;     // and to an output
const LARGEST_PIXEL = 13;
const ROOM = 66;     // px that a layer's words take
const IMAGE = 64;    // so many inputs are an image of 8 x 8 pixels

/**
 * @typedef {{layer: number, unit: number, x: number, y: number, r: number, square?: boolean}} Spot layer -1: an input
 * @returns {{spots: Spot[][], columns: {x: number, count: number}[], below: number, tight: boolean}} of the inputs, the hidden layers
 *   and the outputs; `count` units there are, of which those with a spot are drawn; `tight` if words do not fit below
 */
export function layoutOf({ inputs, hidden, outputs }, w, h, size = SIZE) {
  const scale = size / SIZE;
  const counts = [inputs, ...hidden, outputs];
  const [left, right, top, below] = [inputs === IMAGE ? 56 * scale : 46 * scale, 64 * scale, 9 * scale, 40 * scale];
  const tall = h - top - below;
  const side = Math.min(tall / 8, (left - 4 * scale) / 4, LARGEST_PIXEL * scale);
  const second = inputs === IMAGE ? left + 4 * side + 34 * scale : left + (w - left - right) / (counts.length - 1); // of the first hidden layer
  const gap = (w - right - second) / hidden.length;
  const columns = counts.map((count, k) => ({ x: k ? second + gap * (k - 1) : left, count }));
  const middle = top + tall / 2;
  const spots = columns.map(({ x, count }, k) => {
    const layer = k - 1;
    if (k === 0 && count === IMAGE) return pixels(x, middle, side);
    if (k === 0 || k === counts.length - 1) {
      const pitch = Math.min(tall / count, 56 * scale);
      return Array.from({ length: count }, (_, unit) => ({ layer, unit, x, y: middle + (unit - (count - 1) / 2) * pitch, r: Math.min(LARGEST * scale, 0.42 * pitch) }));
    }
    const single = Math.floor(tall / (CLOSEST * scale));
    const drawn = Math.min(count, count <= single ? count : 2 * single);
    const rows = drawn <= single ? 1 : 2;
    const pitch = Math.min(tall / drawn, 30 * scale);
    const r = Math.min(LARGEST * scale, 0.42 * rows * pitch, 0.11 * gap);
    const aside = rows === 2 ? Math.min(1.5 * r, 0.18 * gap) : 0;
    return Array.from({ length: drawn }, (_, unit) => ({ layer, unit, x: x + (unit % 2 ? aside : -aside), y: middle + (unit - (drawn - 1) / 2) * pitch, r }));
  });
  return { spots, columns, below: h - below + 6 * scale, tight: gap < ROOM * scale };
}

function pixels(x, y, side) {
  return Array.from({ length: IMAGE }, (_, unit) => ({ layer: -1, unit, square: true, r: side / 2, x: x + ((unit % 8) - 3.5) * side, y: y + (Math.floor(unit / 8) - 3.5) * side }));
}

/** The strongest weights between units that are drawn, the weakest first: {from, to: Spot, value, share of the largest of its layer}. */
export function linesOf(layers, spots) {
  const found = [];
  layers.forEach((layer, k) => {
    const sources = spots[k].filter(({ unit }) => unit < layer.wide);
    const last = k === layers.length - 1;
    const most = layer.wide <= 4 ? 4 : last ? MORE : STRONGEST;
    const own = spots[k + 1].flatMap((to) =>
      sources.map((from) => ({ from, to, value: layer.weight[from.unit * layer.out + to.unit] }))
        .sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, most));
    const largest = Math.max(...own.map(({ value }) => Math.abs(value)), 1e-12);
    found.push(...own.map((line) => ({ ...line, share: Math.abs(line.value) / largest })));
  });
  return found.sort((a, b) => a.share - b.share);
}

/** Weights as lines: wide and dark by size; those below 0 in another color, and broken. */
export function drawLines(g, lines, off, chosen) {
  g.save();
  for (const { from, to, value, share } of lines) {
    if (off(from) || off(to)) continue;
    const mine = chosen && to.layer === chosen.layer && to.unit === chosen.unit;
    g.strokeStyle = value < 0 ? theme.paths[1] : theme.paths[0];
    g.globalAlpha = Math.min(1, (mine ? 0.5 : 0.12) + 0.6 * share);
    g.lineWidth = 0.6 + 2.2 * share;
    g.setLineDash(value < 0 ? [5, 3] : []);
    g.beginPath();
    g.moveTo(from.x + from.r, from.y);
    g.lineTo(to.x - to.r, to.y);
    g.stroke();
  }
  g.restore();
}

/** A unit, filled by its share of the layer's largest activation, -1 to 1; crossed out where it is off. */
export function drawUnit(g, { x, y, r, square }, share, off, chosen) {
  g.save();
  g.beginPath();
  if (square) g.rect(x - r, y - r, 2 * r, 2 * r);
  else g.arc(x, y, r, 0, 2 * Math.PI);
  g.fillStyle = theme.background;
  g.fill();
  if (!off && share) {
    g.globalAlpha = Math.min(1, Math.abs(share));
    g.fillStyle = square ? theme.text : share < 0 ? theme.paths[1] : theme.paths[0];
    g.fill();
    g.globalAlpha = 1;
  }
  g.strokeStyle = off ? theme.muted : theme.text;
  g.lineWidth = square ? 0.4 : chosen ? 2.4 : 1.1;
  if (off) {
    g.globalAlpha = 0.75;
    g.setLineDash([2, 2]);
  }
  g.stroke();
  if (off) {
    g.setLineDash([]);
    const a = 0.55 * r;
    g.beginPath();
    g.moveTo(x - a, y - a);
    g.lineTo(x + a, y + a);
    g.moveTo(x - a, y + a);
    g.lineTo(x + a, y - a);
    g.stroke();
  }
  if (chosen) {
    g.globalAlpha = 1;
    g.lineWidth = 1.2;
    g.beginPath();
    g.arc(x, y, r + 3.5, 0, 2 * Math.PI);
    g.stroke();
  }
  g.restore();
}
