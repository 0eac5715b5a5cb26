// What the page of races knows, shared by every piece of it. Python owns the scenario; the store holds the newest answer,
// sends edits, and keeps what is the browser's alone: the play position, the emphasised run, the theme.

import { createBase } from "./base.mjs";
import { presenting } from "./panel.mjs";
import { unpack } from "./payload.mjs";
import { rowsOf } from "./scope.mjs";

const GRIDS_KEPT = 8; // a grid is sent once; going back to a landscape of a moment ago costs nothing

const grids = new Map(); // id -> grid, oldest first
let state = null;

/** The grid a header names, remembered under its id; null when this page never got it or dropped it. */
function gridOf(header, array) {
  const { id, nx, ny, lo, hi, holes } = header.grid;
  const [x0, x1, y0, y1] = header.window;
  const grid = array ? { id, nx, ny, lo, hi, holes, x: [x0, x1], y: [y0, y1], u16: array.slice() } : grids.get(id);
  if (!grid) return null;
  grids.delete(id);
  grids.set(id, grid);
  if (grids.size > GRIDS_KEPT) grids.delete(grids.keys().next().value);
  return grid;
}

// What a header holds that no picture of all runs shows.
const APART = { rev: null, ack: null, problems: null, scope: null, arrays: null };
const shownOf = (header) => JSON.stringify({ ...APART, ...header, ...APART }); // twice: one order of the keys for all
const same = (one, other) => one === other || (one && other && one.length === other.length && one.every((value, i) => Object.is(value, other[i])));

/** Stands for what the pictures of all runs show: the previous one where nothing of that has changed. */
function pictureOf(next, previous) {
  const about = shownOf(next.header);
  const kept = previous && about === previous.picture.about && next.grid === previous.grid
    && ["path", "loss", "curve", "arrows"].every((name) => same(next[name], previous[name]));
  return kept ? previous.picture : { about };
}

/** Where each run's rows begin in the concatenated arrays. */
function offsets(runs) {
  let row = 0;
  return runs.map((run) => (row += run.valid) - run.valid);
}

/** The play position after a new answer: a dial keeps the frame, the end stays the end, a new landscape starts over. */
function position(previous, header) {
  const { clock } = clockwork;
  const last = header.scenario.steps;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const fresh = !previous || previous.header.scenario.landscape !== header.scenario.landscape;
  if (!fresh) return { last, t: clock.t >= clock.last ? last : Math.min(clock.t, last) };
  // Somebody who follows a link, or wants no motion, gets the finished picture.
  if (still || (!previous && !header.first)) return { last, t: last, playing: false };
  return { last, t: 0, playing: Boolean(previous) && !presenting() };
}

const { store, payloads, edits, clockwork, resume } = createBase({
  get state() { return state; },

  /** `say` of what the clock counts: the string that ends in _evaluations where a race gives all runs equally many. */
  sayTick(key, values) {
    return store.say(state?.header.scenario.budget === "evaluations" ? `${key}_evaluations` : key, values);
  },

  /** Take in a payload. One that was seen already (Streamlit calls again for a new theme) only redraws. */
  receive(bytes) {
    const { header, arrays } = unpack(bytes);
    performance.mark("dl:payload", { detail: { rev: header.rev } });
    edits.acknowledge(header.ack);
    if (state?.header.rev === header.rev) return store.refresh();
    const grid = gridOf(header, arrays.grid);
    if (!grid) return store.edit("need_grid");
    const previous = state;
    const { path, loss, curve = null, arrows = null } = arrays;
    state = { header, path, loss, curve, arrows, grid, offset: offsets(header.runs), scope: rowsOf(header, arrays), lang: header.lang };
    state.picture = pictureOf(state, previous);
    if (store.hovered !== null && store.hovered >= header.runs.length) store.hover(null);
    if (state.picture !== previous?.picture) clockwork.set(position(previous, header));
    payloads.call(state, previous);
    resume(header);
  },
});

export { store };
