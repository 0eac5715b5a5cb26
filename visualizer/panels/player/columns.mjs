// The scoreboard: what each column says of a run, and which value is the best. Only finished, finite, visible runs compete.
import { brief, count, exact } from "./numbers.mjs";

/** Settled before it counts as long or short: a run that never moved has the shortest path of all. */
const settled = (score) => (score.stay === null ? null : 1);

/** "62 (58)": stays from step 62, touched first at 58. A first touch alone flatters what oscillates. */
const touched = ({ stay, touch }) => (touch === null || touch === stay ? "" : `(${touch})`);

/** `value`: what is compared (smaller is better, null = out of the contest); `text`: what is shown, `aside`: a remark to it. */
export const COLUMNS = [
  { name: "final", value: (score) => score.loss, text: (score) => brief(score.loss) },
  { name: "distance", value: (score) => score.distance, text: (score) => brief(score.distance) },
  { name: "stay", value: (score) => score.stay, text: (score) => count(score.stay), aside: touched },
  { name: "evaluations", value: (score) => settled(score) && score.evaluations, text: (score) => count(score.evaluations) },
  { name: "length", value: (score) => settled(score) && score.length, text: (score) => brief(score.length) },
];

/** For each column the best value, or null when nobody stands out. @param {object[]} runs header.runs @param {object[]} specs scenario.runs */
export function best(runs, specs) {
  return COLUMNS.map((column) => {
    const values = runs.filter((run, i) => specs[i].visible && run.stopped === null).map((run) => column.value(run.score)).filter((value) => Number.isFinite(value));
    const least = Math.min(...values);
    return values.length > 1 && values.some((value) => value !== least) ? least : null;
  });
}

export const isBest = (column, run, spec, winner) => winner !== null && spec.visible && run.stopped === null && column.value(run.score) === winner;

/** Column heads with the explanation each needs: [name, title, tooltip]. */
export const heads = (store, tolerance) => ["now", ...COLUMNS.map((column) => column.name)].map((name) =>
  [name, store.say(`controls.col_${name}`), store.say(`controls.col_${name}_doc`, { tolerance: exact(tolerance) })]);
