// What every view needs of the runs: rows, color, dash, name. Worked out once a payload.

import { optimizers } from "./catalogue.mjs";
import { theme } from "./theme.mjs";

/**
 * @typedef {object} Track one run as it is drawn
 * @property {number} run index in header.runs
 * @property {number} from first row in the payload's arrays
 * @property {number} count rows
 * @property {string} color
 * @property {number[]} dash canvas dash array
 * @property {boolean} visible
 * @property {number | null} stopped the step at which it left the finite world
 * @property {boolean} [thin] a second line of the same run
 */

/** @returns {Track[]} */
export function tracksOf(state) {
  const { runs } = state.header.scenario;
  return state.header.runs.map((run, i) => {
    const slot = runs[i].color % theme.paths.length;
    return {
      run: i,
      from: state.offset[i],
      count: run.valid,
      color: theme.paths[slot],
      dash: theme.dashes[slot],
      visible: runs[i].visible,
      stopped: run.stopped,
    };
  });
}

/** What a run is called: its optimizer's title, numbered where a race has several of the kind. */
export function runName(store, index) {
  const { runs } = store.state.header.scenario;
  const { optimizer } = runs[index];
  const title = store.text(optimizers[optimizer]?.title ?? [optimizer, optimizer]);
  const same = runs.flatMap((run, i) => (run.optimizer === optimizer ? [i] : []));
  return same.length > 1 ? `${title} ${same.indexOf(index) + 1}` : title;
}

/**
 * Where the runs that left the finite world end in a picture: the last row that `within` accepts.
 * @param {(row: number) => boolean} within
 * @returns {{run: number, row: number, last: number, step: number, label: string}[]}
 */
export function endsOf(store, state, within) {
  return state.header.runs.flatMap(({ valid, stopped }, run) => {
    if (stopped === null || !state.header.scenario.runs[run].visible) return [];
    const from = state.offset[run];
    let row = from + valid - 1;
    while (row > from && !within(row)) row--;
    return within(row) ? [{ run, row, last: from + valid - 1, step: row - from, label: store.say("views.step", { step: stopped }) }] : [];
  });
}

/** Draw nothing of a run after its end but the line on which it left. */
export function cut(px, { row, last }) {
  px.fill(NaN, 2 * (row + 2), 2 * (last + 1));
}
