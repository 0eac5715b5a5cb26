// The scoreboard: what each column says of a run, and which value is the best. Only finite, visible runs compete.
import { NONE, brief, count, exact, round } from "./numbers.mjs";

/** Settled before it counts as long or short: a run that never moved has the shortest path of all. */
const settled = (score) => (score.stay === null ? null : 1);

/** "62 (58)": stays from step 62, touched first at 58. A first touch alone flatters what oscillates. */
const touched = ({ stay, touch }) => (touch === null || touch === stay ? "" : `(${touch})`);

const ROUNDING = 1e-12; // of a minimum's value, relative; below 1 absolute: so much its certified value may be off

/**
 * How far a loss is above the lowest one there is: -2.4999 and -2.5 look alike, 1e-4 and 0 do not. Below it, and so
 * negative, is a loss on a surface without a lowest one, or outside of the part that has it.
 * @param {number | null} above
 */
export function gap(above, floor) {
  if (above === null) return NONE;
  return brief(Math.abs(above) < ROUNDING * Math.max(1, Math.abs(floor)) ? Math.max(0, above) : above);
}

/** The same of a score: the server has taken the difference before it rounded. */
export const gapOf = (score, floor) => gap(score.gap ?? score.loss, floor);

/** The lowest loss of the landscape, or 0 where there is none. */
export const floorOf = ({ least }) => least ?? 0;

/** `value`: what is compared (less is better, null = out of the contest); `text`: what is shown, `aside`: a remark. */
export const COLUMNS = [
  { name: "final", value: (score) => score.gap ?? score.loss, text: gapOf },
  { name: "distance", value: (score) => score.distance, text: (score) => brief(score.distance) },
  { name: "stay", value: (score) => score.stay, text: (score) => count(score.stay), aside: touched },
  {
    name: "evaluations",
    value: (score) => settled(score) && score.evaluations,
    text: (score) => count(score.evaluations),
  },
  { name: "length", value: (score) => settled(score) && score.length, text: (score) => brief(score.length) },
];

/**
 * For each column the best value, or null when nobody stands out.
 * @param {object[]} runs   header.runs
 * @param {object[]} specs  scenario.runs
 */
export function best(runs, specs) {
  return COLUMNS.map((column) => {
    const values = runs
      .filter((run, i) => specs[i].visible && run.stopped === null)
      .map((run) => column.value(run.score))
      .filter((value) => Number.isFinite(value));
    const least = Math.min(...values);
    return values.length > 1 && values.some((value) => value !== least) ? least : null;
  });
}

export const isBest = (column, run, spec, winner) =>
  winner !== null && spec.visible && run.stopped === null && column.value(run.score) === winner;

/** The string that names a column; the losses say so when they are above another value than 0. */
export const titleKey = (name, floor) =>
  floor !== 0 && (name === "now" || name === "final") ? `controls.col_${name}_gap` : `controls.col_${name}`;

/** Column heads with the explanation each needs: [name, title, tooltip]. */
export const heads = (store, tolerance, floor) =>
  ["now", ...COLUMNS.map((column) => column.name)].map((name) => {
    const key = titleKey(name, floor);
    const say = name === "stay" ? store.sayTick : store.say; // it is counted in what the clock counts
    return [
      name,
      say(key),
      say(`${key}_doc`, { tolerance: exact(tolerance), floor: exact(round(floor, 6)) }),
    ];
  });
