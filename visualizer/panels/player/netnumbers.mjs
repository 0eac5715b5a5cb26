// The numbers of the study on the page: what its networks learned, curves and answers, as they come from the server.
// Those of the study before stay until there are newer ones, so that a dragged dial never shows an empty page.

import { channel } from "./base.mjs";
import { partsOf } from "./mapstream.mjs";

const PATIENT = 600; // ms that numbers on their way are waited for before those of a newer study are asked for instead:
//                      a dial that is dragged is then followed, and not only where it stops
const PLAY = 5; // snapshots: with fewer there is nothing to play

/**
 * @typedef {object} Numbers
 * @property {string} key of the study that they are of
 * @property {object | null} scenario the study itself, as the page's header has it
 * @property {object | null} about task ("classes" or "values"), inputs, outputs, window, train, test (how many points),
 *   grid ([columns, rows], a number of points on a line, or 0), parameters; x, y, clean: Float32Array of the points; truth:
 *   Float32Array, the values on a line without noise
 * @property {Learner[]} learners in the study's order; those that are still in training are null
 * @property {number} done the share of the work
 * @property {boolean} whole
 * @property {[string, string] | null} failed why there is no more
 *
 * @typedef {object} Learner
 * @property {number[]} at the steps of its snapshots, the first 0
 * @property {Float32Array} loss of the training points at each snapshot, then of the test points
 * @property {Float32Array} mistakes the same: shares of mistakes, or mean squared errors
 * @property {Float32Array} batch the loss that each update saw; of many steps the lowest of each stretch, then the highest
 * @property {number} stretches into how many `batch` is divided; 0: one number for each step
 * @property {Float32Array} [lr] the rates of the updates, as `batch`, where they are not constant
 * @property {Answers | null} answers at some of the snapshots: at first of the last one only
 *
 * @typedef {object} Answers for each of the snapshots one after the other
 * @property {number[]} at their steps
 * @property {Int16Array} [margins] at the grid's nodes, rows upwards: by how much each class but the first leads the first
 *   (the logarithm of the ratio of their chances), in parts of which `unit` are 1; `points` likewise at the points
 * @property {Float32Array} [values] at the nodes of a line; `points` likewise at the points
 * @property {Uint16Array} [confusion] of test images: rows by class, columns by what they are taken for; `taken`: for which
 *   each is, Uint8Array, and with which `chance`, in 255ths
 */
const nothing = () => ({ key: "", scenario: null, about: null, learners: [], done: 0, whole: false, failed: null });

export function createNumbers(store) {
  const changes = channel();
  let current = nothing();
  let wanted = "";
  let abort = null;   // of what is on its way,
  let begun = 0;      // since when,
  let seen = true;    // and whether there is something of it on the page
  let waiting = null; // the header of a newer study meanwhile
  let timer = 0;
  let played = false;

  function want(header) {
    if (header.key === wanted) return;
    wanted = header.key;
    current.done = 0;
    waiting = header;
    clearTimeout(timer);
    const rest = seen ? 0 : begun + PATIENT - performance.now();
    if (rest > 0) timer = setTimeout(next, rest);
    else next();
  }

  function next() {
    clearTimeout(timer);
    abort?.abort();
    if (waiting) load(waiting);
  }

  const tell = (what) => changes.call(current, what);

  async function load(header) {
    const { signal } = (abort = new AbortController());
    [begun, seen, waiting] = [performance.now(), false, null];
    const fresh = { ...nothing(), key: header.key, scenario: header.scenario, learners: header.scenario.runs.map(() => null) };
    try {
      for await (const part of partsOf(header.query, signal, "net")) {
        if (signal.aborted) return;
        take(fresh, part);
        seen ||= fresh.whole || Boolean(fresh.failed) || fresh.learners.every((one) => one?.answers?.at[0] <= store.clock.t);
        if (seen && waiting) return next();
      }
    } catch (error) {
      if (signal.aborted) return;
      seen = true;
      if (waiting) return next();
      console.warn(error);
      fresh.failed = ["The numbers did not arrive. Change something, or reload the page.", "数据未能送达。请更改任意设置或刷新页面。"];
      [current, wanted] = [fresh, ""];
      tell("failed");
    }
  }

  /** One part. The numbers on the page are replaced when training has ended, not before. */
  function take(fresh, { header, arrays }) {
    if (header.kind === "refused") {
      fresh.failed = header.text;
      current = fresh;
      return tell("failed");
    }
    if (header.kind === "study") {
      fresh.about = { ...header, ...arrays };
      if (!current.about || !fresh.learners.length) current = fresh;
      return tell("study");
    }
    if (header.kind === "whole") {
      Object.assign(fresh, { whole: true, done: 1 });
      current = fresh;
      performance.mark("dl:numbers", { detail: { key: fresh.key } });
      tell("whole");
      return begin();
    }
    if (header.of === "progress") {
      current.done = fresh.done = header.done;
      return tell("progress");
    }
    if (header.of === "curves") {
      const [, , shape] = header.arrays.find(([name]) => name === "batch");
      const stretches = shape.length > 1 ? shape[1] : 0;
      fresh.learners[header.learner] = { at: header.at, ...arrays, stretches, answers: null };
      if (fresh.learners.some((one) => !one)) return undefined;
      current = fresh;
      fresh.done = 1;
      return tell("curves");
    }
    fresh.learners[header.learner].answers = { at: header.at, unit: header.unit, ...arrays };
    return tell("answers");
  }

  /** A first visit: the picture plays once, when all of it is there. */
  function begin() {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (played || !store.state?.header.first || !current.learners.length) return;
    played = true;
    if (still || current.learners[0].at.length < PLAY) store.seek(store.clock.last);
    else store.play();
  }

  return {
    get current() { return current; },
    want,
    onChange: changes.add,
  };
}

/** The learners that the numbers are of, in the order of the page's runs; null for one that they are not of. */
export function learnersOf({ numbers, state }) {
  const place = ({ color }) => numbers.scenario?.runs.findIndex((one) => one.color === color) ?? -1;
  return state.header.scenario.runs.map((run) => numbers.learners[place(run)] ?? null);
}

/** Which of the steps `at` is shown at the play position t: the last that has been made. */
export function snapshotAt(at, t) {
  let [low, high] = [0, at.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at[middle] <= t) low = middle;
    else high = middle - 1;
  }
  return low;
}
