// What every view needs of the runs: rows, color, dash, name. Worked out once a payload.
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
 * @property {Mark[]} marks where its twins part from it
 *
 * @typedef {object} Mark where a twin parts from its original
 * @property {number} step of the original, at most its last
 * @property {string[]} colors the original's and the twin's
 */

/** The twins and forks that part from their originals, both of them shown. @returns {{run: number, of: number, step: number}[]} */
export function partingsOf({ header: { runs, scenario } }) {
  const shown = (run) => scenario.runs[run].visible && runs[run].valid > 0;
  const parting = (run, of, step) => (step !== null && shown(run) && shown(of) ? [{ run, of, step }] : []);
  return runs.flatMap(({ twin, fork }, run) => [
    ...(twin ? parting(run, twin.of, twin.parts) : []),
    ...(fork ? parting(run, fork.of, fork.tick) : []),
  ]);
}

/** @returns {Track[]} */
export function tracksOf(state) {
  const { runs } = state.header.scenario;
  const partings = partingsOf(state);
  const color = (run) => theme.paths[runs[run].color % theme.paths.length];
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
      marks: partings.filter(({ of }) => of === i).map((parting) => ({
        step: Math.min(parting.step, run.valid - 1), // an original that has ended has no later point
        colors: [color(i), color(parting.run)],
      })),
    };
  });
}

/** What a run is called: its optimizer in its wrappers, numbered where a race has several of the kind. */
export function runName(store, index) {
  const { runs } = store.state.header.scenario;
  const title = store.text(runs[index].title);
  const same = runs.flatMap((run, i) => (store.text(run.title) === title ? [i] : []));
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
    return within(row) ? [{ run, row, last: from + valid - 1, step: row - from, label: store.sayTick("views.step", { step: stopped }) }] : [];
  });
}

/** Draw nothing of a run after its end but the line on which it left. */
export function cut(px, { row, last }) {
  px.fill(NaN, 2 * (row + 2), 2 * (last + 1));
}
