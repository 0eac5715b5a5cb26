// What the microscope's panel has a row for, and how its values are written.

import { brief } from "./numbers.mjs";
import { clippedOf } from "./scopemarks.mjs";
import { exact } from "./ticks.mjs";

const ROUNDING = 1e-9; // of a step: what is left of step + rate m without a cause
const TURNED = 1e-10;  // degrees: what rounding makes of two vectors that are one

/** Every row there may be: its mark, its pair of numbers, whether its length says something; `doc` is its words' name. */
const ROWS = [
  { name: "theta", mark: "theta", value: (now) => now.theta, length: false },
  { name: "g", mark: "g", value: (now) => now.g, length: true },
  { name: "clipped", mark: "clipped", length: true }, // its value is in the rows alone
  { name: "before", mark: "before", value: (now) => now.before, length: true },
  { name: "m", mark: "m", value: (now) => now.m, length: true },
  { name: "rootV", mark: null, value: (now) => now.rootV, length: false },
  { name: "rate", mark: "rate", value: (now) => now.rate, length: false },
  { name: "step", mark: "step", value: (now) => now.step, length: true },
  { name: "rest", mark: "rest", value: (now) => now.rest, length: true },
  { name: "decay", mark: "decay", value: (now) => now.decay, length: true },
  { name: "next", mark: null, value: (now) => now.next, length: false },
];

const some = (array, is) => array.some(is);
const known = new WeakMap(); // rows of a run -> the rows of its table

/** What this run has: no decay where there is none all along, no second moment where it is always 1. */
export function rowsShown(rows) {
  if (!known.has(rows)) known.set(rows, find(rows));
  return known.get(rows);
}

function find(rows) {
  const { step, rate, m } = rows;
  const left = (k) => step[k] + rate[k] * m[k];
  const rest = (k) => Math.hypot(left(2 * k), left(2 * k + 1)) > ROUNDING * Math.hypot(step[2 * k], step[2 * k + 1]);
  const has = {
    decay: some(rows.decay, (value) => value !== 0),
    rootV: some(rows.root_v, (value) => value !== 1),
    rest: some(rows.lr, (_, k) => rest(k)),
    clipped: some(rows.lr, (_, k) => clippedOf(rows, k)),
  };
  const own = {
    g: has.clipped && { doc: "g_whole" },
    clipped: { value: ({ k }) => clippedOf(rows, k) },
    rate: rows.timed && { doc: "rate_alone", mark: null },
  };
  const points = rows.points.map((name) => ({
    name, mark: name, length: false, value: (now) => now.points.find((point) => point.name === name).at,
  }));
  return [...ROWS.filter(({ name }) => has[name] ?? true), ...points].map((row) => ({ doc: row.name, ...row, ...own[row.name] }));
}

/** What the words of the panel depend on. */
export const keyOf = (store, rows, look) =>
  [store.lang, look, store.state.header.scenario.runs[rows.run].color, ...rowsShown(rows).map(({ name, doc }) => `${name}:${doc}`)].join();

const FACTS = {
  loss: (now) => `${exact(now.loss)} → ${exact(now.after)}`,
  angle: (now) => (Number.isNaN(now.angle) ? "–" : `${exact(now.angle < TURNED ? 0 : now.angle)}°`),
  distance: (now) => exact(Math.hypot(...now.moved)),
  lr: (now) => exact(now.lr),
  limit: (now, store) => (now.limit === Infinity ? store.say("inspect.unlimited") : exact(now.limit)),
  along: (now) => exact(now.along),
  curvatures: (now) => now.frame.curvatures.map((value) => brief(value, 5)).join(", "),
};

/** What is said of a step beside the table, and how. */
export const factNames = Object.keys(FACTS);
export const factOf = (name, now, store) => FACTS[name](now, store);
