// Intervals in rows, one below the other, with a line at no difference: a forest plot of one or more panels.

import { brief } from "./numbers.mjs";
import { axisOf } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";

const FOOT = 3.1;  // letters below the rows: ticks, and what the axis is called
const HEAD = 1.9;  // above them
const ROOM = 0.06; // of an axis, beyond what it has to show
const DOT = 2;
const FAR = 5;     // times as far as all others: a mean that an arrow at the edge stands for
const MANY = 4;    // rows, at least, of which one may be far

/**
 * @typedef {object} Row
 * @property {string} name @property {string} [note] after it, fainter
 * @property {string[]} words for each panel, at its right
 * @property {boolean[]} sure for each panel, whether its words are to stand out
 * @property {(number|null)[][]} intervals for each panel [mean, low, high]; @property {(number|null)[][]} [joint] wider ones
 * @property {ArrayLike<number>[]} [dots] for each panel, the single values
 * @property {string} [color]
 *
 * @param {{name: string, low: string, high: string}[]} panels what each axis is called, and what its two sides mean
 * @param {{size: number, names: number}} style `names`: their share of the width @returns {number[][]} the panels' boxes
 */
export function drawForest(g, [left, top, wide, tall], rows, panels, { size, names = 0.3 }) {
  g.font = `600 ${size}px ${theme.font}`;
  const words = Math.max(...rows.flatMap((one) => one.words.map((text) => g.measureText(text ?? "").width))) + 6;
  const each = (wide * (1 - names)) / panels.length;
  const high = tall - (FOOT + HEAD) * size;
  const row = high / Math.max(1, rows.length);
  const y = (k) => top + HEAD * size + (k + 0.5) * row;
  g.textBaseline = "middle";
  rows.forEach(({ name, note }, k) => {
    if (k % 2) {
      g.fillStyle = theme.text;
      g.globalAlpha = 0.035;
      g.fillRect(left, y(k) - row / 2, wide, row);
      g.globalAlpha = 1;
    }
    Object.assign(g, { font: `${size}px ${theme.font}`, fillStyle: theme.text, textAlign: "left" });
    const both = note && row > 2.5 * size;
    g.fillText(name, left + 4, y(k) - (both ? 0.6 * size : 0));
    if (!note) return;
    const beside = g.measureText(`${name}  `).width;
    g.fillStyle = theme.muted;
    if (both) g.fillText(note, left + 4, y(k) + 0.65 * size);
    else if (beside + g.measureText(note).width < wide * names - 8) g.fillText(note, left + 4 + beside, y(k));
  });
  return panels.map((panel, i) => {
    const box = [left + wide * names + i * each + 6, top + HEAD * size, each - words - 20, high];
    drawPanel(g, box, rows, panel, i, { size, y, row, words });
    return box;
  });
}

/** From the lowest to the highest of the intervals, with 0 among them; of wide ones only what the means need. */
function axisFor(rows, i) {
  const known = rows.map((one) => Math.abs(one.intervals[i][0] ?? 0)).sort((a, b) => b - a);
  const reach = Math.max(known.length >= MANY && known[0] > FAR * known[1] ? known[1] : known[0], 1e-12);
  const means = rows.map((one) => one.intervals[i][0] ?? 0).filter((mean) => Math.abs(mean) <= reach);
  let [low, high] = [Math.min(0, ...means), Math.max(0, ...means)];
  for (const one of rows) {
    const [, from, to] = one.joint?.[i] ?? one.intervals[i];
    low = Math.min(low, Math.max(from ?? low, -4 * reach));
    high = Math.max(high, Math.min(to ?? high, 4 * reach));
  }
  const room = ROOM * (high - low);
  return axisOf("linear", low - room, high + room);
}

function drawPanel(g, [x0, y0, width, tall], rows, panel, i, { size, y, row, words }) {
  const axis = axisFor(rows, i);
  const x = (value) => x0 + Math.min(1, Math.max(0, axis.share(value))) * width;
  Object.assign(g, { font: `${size}px ${theme.font}`, textAlign: "center", textBaseline: "top", lineWidth: 1 });
  for (const [share, text] of axis.ticks(Math.max(2, width / (4.6 * size)))) {
    const at = Math.round(x0 + share * width);
    g.fillStyle = theme.border;
    g.fillRect(at, y0, 1, tall);
    g.fillStyle = theme.muted;
    g.fillText(text, at, y0 + tall + 0.35 * size);
  }
  g.fillStyle = theme.text;
  g.fillText(panel.name, x0 + width / 2, y0 + tall + 1.75 * size);
  const zero = Math.round(x(0));
  g.fillRect(zero, y0 - 4, 1.5, tall + 4);
  g.textBaseline = "middle";
  g.fillStyle = theme.muted;
  const [before, after] = [zero - x0, x0 + width - zero];
  const says = (text, align, at, room) => {
    if (g.measureText(text).width > room) return;
    g.textAlign = align;
    g.fillText(text, at, y0 - 0.85 * size);
  };
  says(`← ${panel.low}`, "right", zero - 4, before + 30);
  says(`${panel.high} →`, "left", zero + 6, after + words);
  rows.forEach((one, k) => {
    const ink = one.sure[i] ? theme.accent : theme.muted;
    const thick = Math.max(3, Math.min(7, row / 4));
    if (one.joint) bar(one.joint[i], 1.5, 1);
    bar(one.intervals[i], thick, one.sure[i] ? 0.85 : 0.5);
    for (const value of one.dots?.[i] ?? []) {
      if (!Number.isFinite(value) || axis.share(value) < 0 || axis.share(value) > 1) continue;
      g.globalAlpha = 0.45;
      g.fillStyle = theme.text;
      g.beginPath();
      g.arc(x(value), y(k) - row * 0.3, DOT, 0, 2 * Math.PI);
      g.fill();
      g.globalAlpha = 1;
    }
    const [mean] = one.intervals[i];
    if (mean !== null && Math.abs(axis.share(mean) - 0.5) > 0.5) {
      beyond(mean);
    } else if (mean !== null) {
      Object.assign(g, { fillStyle: ink, strokeStyle: theme.background, lineWidth: 1.5 });
      g.beginPath();
      g.arc(x(mean), y(k), thick * 0.5 + 2.4, 0, 2 * Math.PI);
      g.fill();
      g.stroke();
    }
    Object.assign(g, { font: `${one.sure[i] ? "600 " : ""}${size}px ${theme.font}`, fillStyle: one.sure[i] ? theme.text : theme.muted, textAlign: "left" });
    g.fillText(one.words[i] ?? "", x0 + width + 10, y(k));

    /** An arrow at the edge, with the mean beyond it. */
    function beyond(mean) {
      const [way, edge] = mean > 0 ? [1, x0 + width] : [-1, x0];
      g.fillStyle = ink;
      g.beginPath();
      g.moveTo(edge, y(k));
      g.lineTo(edge - way * 0.9 * size, y(k) - 0.5 * size);
      g.lineTo(edge - way * 0.9 * size, y(k) + 0.5 * size);
      g.fill();
      Object.assign(g, { font: `${size}px ${theme.font}`, fillStyle: theme.text, textAlign: mean > 0 ? "right" : "left" });
      g.fillText((mean > 0 ? "+" : "") + brief(mean, 3), edge - way * 1.3 * size, y(k));
    }

    function bar([, low, high], width, alpha) {
      if (low === null || high === null || axis.share(low) > 1 || axis.share(high) < 0) return;
      g.globalAlpha = alpha;
      g.fillStyle = ink;
      g.fillRect(x(low), y(k) - width / 2, Math.max(1, x(high) - x(low)), width);
      g.globalAlpha = 1;
    }
  });
}

/** The row at y px in boxes of so many rows; -1 outside. */
export function rowAt([, top, , tall], count, y) {
  const k = Math.floor(((y - top) / tall) * count);
  return k >= 0 && k < count ? k : -1;
}
