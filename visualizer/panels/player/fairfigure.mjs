// A fair race as a figure: the verdict, the table with every trial beside its run, what would turn it over; its numbers.

import { bestOf, paintStrip, taken } from "./fairstrip.mjs";
import { flipsOf, notesOf, rowOf, verdictOf } from "./fairwords.mjs";
import { exact, round } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { el } from "./ui.mjs";

const PAGE = 12;      // px of the page's letters, for which the marks of a strip are made
const LINE = 1.35;    // of the letters' size
const GAP = 0.9;      // between columns; all that follows in letters' sizes too
const SWATCH = 2.8;
const STRIP = 3.2;    // how high a strip is at least
const MOST = { rank: 2, run: 12, setting: 10.5, result: 10, twice: 4.6, lost: 4.6 }; // wider, and a cell is folded
const COLUMNS = Object.keys(MOST);
// Where a line may end: after a space, after a Chinese sign, but not before closing punctuation or after opening.
const BREAKS = /(?<=\s)|(?<=[\u2e80-\uffef])(?<!\uff08)(?![\u3001\u3002\uff09\uff0c\uff1a\uff1b])|(?<=[^\s\uff08])(?=[\u2e80-\u2fff\u3040-\ufeff])/;

/** @typedef {{text: string, weight?: string, small?: boolean, boxed?: boolean, beside?: boolean, muted?: boolean}} Item of a cell */

/**
 * @param {{about: object, found: object[], told: object, order: number[], trialsOf: (i: number) => object,
 *   runs: {name: string, color: string, dash: number[]}[]}} race `order`: the places of its runs, the best first
 * @returns {import("./figure.mjs").Figure}
 */
export function fairFigure(store, race) {
  const { about, found, told, order, runs } = race;
  const names = runs.map(({ name }) => name);
  const verdict = verdictOf(store, about, told, names, found);
  const note = (key, text) => store.say("fair.note", { key, text });
  const changes = flipsOf(store, about, told, names).map(([key, nodes, flips]) => note(key, (flips ? "⇄ " : "") + el("p", {}, nodes).textContent));
  const cells = order.map((i, rank) => cellsOf(store, rowOf(store, about, i, found[i]), names[i], rank));
  const strips = order.map((i) => found[i].x && race.trialsOf(i));
  const rows = found.map(({ row }) => row);
  const marked = { twice: true, lost: true, edge: rows.some(({ edge }) => edge.length), fragile: rows.some(({ fragile }) => fragile) };
  const explained = Object.keys(marked).filter((key) => marked[key]);
  const how = notesOf(store, about, names, found);
  const draw = (g, w, size) => paint(g, w, size, store, { verdict, cells, strips, ...race });
  return {
    name: "",
    title: "",
    paint: (g, w, h, size) => draw(g, w, size),
    height: (w, size) => draw(null, w, size),
    legend: [],
    notes: [
      ...changes,
      how,
      strips.some(Boolean) && note(store.say("fair.trials"), store.say("fair.strip_doc")),
      ...explained.map((key) => note(store.say(`fair.${key}`), store.say(key === "edge" ? "fair.edge_note" : `fair.${key}_doc`))),
    ].filter(Boolean),
    table: () => ({ notes: [...verdict.map(({ text }) => text), store.say("fair.unit", { tolerance: exact(round(about.tolerance, 3)), seeds: about.tuning }), `least = ${about.least}`, how], ...tableOf(race) }),
  };
}

/** @returns {Object<string, Item[]>} the texts of a row by column */
function cellsOf(store, { setting, result, fragile, twice, lost }, name, rank) {
  const tag = (key) => ({ text: store.say(`fair.${key}`), weight: "600 ", small: true, boxed: true, beside: true });
  const dials = setting.flatMap(({ text, edge, range }) => [{ text }, edge && tag("edge"), range && { text: range, small: true, muted: true, beside: true }]);
  return {
    rank: [{ text: String(rank + 1) }],
    run: [{ text: name, weight: "600 " }],
    setting: dials.length ? dials.filter(Boolean) : [{ text: store.say("fair.rateless") }],
    result: [{ text: result }, fragile && tag("fragile")].filter(Boolean),
    twice: [{ text: twice }],
    lost: [{ text: lost }],
  };
}

/** All of it at this width, on any context, or on none; how high it is. */
function paint(g, w, size, store, { verdict, cells, strips, order, about, runs }) {
  const ruler = document.createElement("canvas").getContext("2d");
  const said = verdict.map(({ text, strong, flips }) => ({ text: (flips ? "⇄ " : "") + text, weight: strong || flips ? "600 " : "" }));
  let y = put(g, flow(ruler, said, w, size), 0, 0, size) + 0.7 * size;

  const heads = Object.fromEntries(COLUMNS.map((key) => [key, key === "rank" ? [] : [{ text: store.say(`fair.${key}`), muted: true }]]));
  const wide = widths(ruler, [heads, ...cells], size);
  const left = {};
  let x = 0;
  for (const key of COLUMNS) {
    left[key] = x;
    x += wide[key] + GAP * size;
  }
  const flown = (row) => COLUMNS.map((key) => [key, flow(ruler, row[key], wide[key] - (key === "run" ? SWATCH * size : 0), size)]);
  const top = flown(heads);
  const high = Math.max(...top.map(([, lines]) => lines.count)) * LINE * size;
  if (g) {
    top.forEach(([key, lines]) => put(g, lines, left[key], y + high - lines.count * LINE * size, size));
    rates(g, x, w, y + high - LINE * size, size, store, about.ranges.flat()[0]);
  }
  y = rule(g, w, y + high + 0.2 * size);
  cells.forEach((row, rank) => {
    const parts = flown(row);
    const tall = Math.max(STRIP, ...parts.map(([, lines]) => lines.count * LINE + 0.3)) * size;
    const strip = strips[rank];
    if (g) {
      parts.forEach(([key, lines]) => put(g, lines, left[key] + (key === "run" ? SWATCH * size : 0), y + (tall - lines.count * LINE * size) / 2, size));
      line(g, left.run, y + tall / 2 - 0.05 * size, 2.2 * size, runs[order[rank]]);
      if (strip) within(g, x, y + 2, () => paintStrip(g, w - x, tall - 4, strip, size / PAGE));
    }
    y = rule(g, w, y + tall);
  });
  return y + 4;
}

/** How wide each column is: as its widest cell, as long as that is not too wide. */
function widths(ruler, rows, size) {
  const cell = (items) => Math.max(0, ...items.map((item, k) => {
    const own = measure(ruler, item, size);
    return item.boxed && k ? own + 0.5 * size + measure(ruler, items[k - 1], size) : own;
  }));
  return Object.fromEntries(COLUMNS.map((key) => {
    const natural = Math.max(...rows.map((row) => cell(row[key]))) + 1 + (key === "run" ? SWATCH * size : 0);
    return [key, Math.min(natural, MOST[key] * size)];
  }));
}

const fontOf = ({ weight = "", small }, size) => `${weight}${small ? Math.round(0.85 * size) : size}px ${theme.font}`;

function measure(ruler, item, size) {
  ruler.font = fontOf(item, size);
  return ruler.measureText(item.text).width + (item.boxed ? 0.5 * size : 0);
}

/** The items one below the other, folded; what belongs beside the one before it stands there, if there is room. */
function flow(ruler, items, wide, size) {
  const spots = [];
  let [count, end] = [0, 0];
  for (const item of items) {
    const width = measure(ruler, item, size);
    const gap = 0.4 * size;
    if (item.beside && count && end + gap + width <= wide) {
      spots.push({ item, text: item.text, x: end + gap, row: count - 1, width });
      end += gap + width;
      continue;
    }
    for (const text of width <= wide ? [item.text] : folded(ruler, item, wide, size)) {
      end = measure(ruler, { ...item, text }, size);
      spots.push({ item, text, x: 0, row: count++, width: end });
    }
  }
  return { spots, count };
}

function folded(ruler, item, wide, size) {
  const lines = [""];
  for (const part of item.text.split(BREAKS)) {
    const longer = lines.at(-1) + part;
    if (lines.at(-1) && measure(ruler, { ...item, text: longer.trimEnd() }, size) > wide) lines.push(part);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((text) => text.trimEnd());
}

/** Writes what has flown; where it ends. */
function put(g, { spots, count }, x, y, size) {
  for (const { item, text, x: own, row, width } of g ? spots : []) {
    const middle = y + (row + 0.5) * LINE * size;
    g.font = fontOf(item, size);
    Object.assign(g, { fillStyle: item.muted ? theme.muted : theme.text, textAlign: "left", textBaseline: "middle" });
    g.fillText(text, x + own + (item.boxed ? 0.25 * size : 0), middle);
    if (!item.boxed) continue;
    Object.assign(g, { strokeStyle: theme.text, lineWidth: 1 });
    g.beginPath();
    g.rect(x + own, middle - 0.62 * size, width, 1.16 * size);
    g.stroke();
  }
  return y + count * LINE * size;
}

/** What the strips have across. */
function rates(g, x, w, y, size, store, range) {
  if (!range) return;
  g.font = `${size}px ${theme.font}`;
  Object.assign(g, { fillStyle: theme.muted, textBaseline: "middle" });
  [[exact(range.low), x, "left"], [store.say("fair.rate"), (x + w) / 2, "center"], [exact(range.high), w, "right"]].forEach(([text, at, align]) => {
    g.textAlign = align;
    g.fillText(text, at, y + (LINE * size) / 2);
  });
}

function rule(g, w, y) {
  if (g) {
    g.fillStyle = theme.border;
    g.fillRect(0, y, w, 1);
  }
  return y + 1;
}

function within(g, x, y, draw) {
  g.save();
  g.translate(x, y);
  draw();
  g.restore();
}

function line(g, x, y, long, { color, dash }) {
  g.save();
  g.setLineDash(dash);
  Object.assign(g, { strokeStyle: color, lineWidth: 3.5 });
  g.beginPath();
  g.moveTo(x, y);
  g.lineTo(x + long, y);
  g.stroke();
  g.restore();
}

/** One row a trial; a dial that a run does not have is empty. */
function tableOf({ about, found, runs }) {
  const dials = [...new Set(about.ranges.flat().map(({ dial }) => dial))];
  const trial = (i, k) => {
    const { x, y, score } = found[i];
    const own = about.ranges[i].map(({ dial }, axis) => [dial, (axis ? y : x)[k]]);
    const value = score[k];
    return [runs[i].name, ...dials.map((dial) => Object.fromEntries(own)[dial] ?? ""), value < 0 ? taken(value, about) : NaN,
      value >= 0 && Number.isFinite(value) ? value : NaN, Number.isFinite(value) ? 0 : 1, bestOf(found[i]) === k ? 1 : 0];
  };
  return {
    head: ["run", ...dials, `arrived_${about.unit}`, "loss_above_least", "diverged", "best"],
    rows: runs.flatMap((_, i) => Array.from(found[i].score, (_, k) => trial(i, k))),
  };
}
