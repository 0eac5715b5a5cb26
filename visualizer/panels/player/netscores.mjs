// How well the networks do: what a lane's columns say of one, at the play position and in the end, and which is the best.
import { snapshotAt } from "./netnumbers.mjs";
import { NONE, brief, count, tidy } from "./numbers.mjs";

const Z = 1.959964; // of a 95 % interval
const CLASSES = "classes";

/**
 * @typedef {object} Scores of a learner
 * @property {number} step of the snapshot that the others are of
 * @property {number} train, test the losses, which may be NaN
 * @property {number} trainError, testError shares of mistakes
 * @property {number} gap test - train
 * @property {number} final share of mistakes, or loss, of the test points in the end
 * @property {number} lowest the lowest loss of the test points, at the step `lowestAt`
 */

/** @returns {Scores} of a learner at the play position t */
export function scoresAt({ at, loss, mistakes }, t, { task }) {
  const many = at.length;
  const k = snapshotAt(at, t);
  let low = 0; // of the losses of the test points
  for (let i = 1; i < many; i++) if (loss[many + i] < loss[many + low] || !Number.isFinite(loss[many + low])) low = i;
  const ends = task === CLASSES ? mistakes : loss;
  return {
    step: at[k],
    train: loss[k],
    test: loss[many + k],
    gap: loss[many + k] - loss[k],
    trainError: mistakes[k],
    testError: mistakes[many + k],
    final: ends[2 * many - 1],
    lowest: loss[many + low],
    lowestAt: at[low],
  };
}

/** The step by which a learner had left the finite world, or null. */
export function divergedAt({ at, loss, batch, stretches }) {
  const snapshot = at.findIndex((_, k) => !Number.isFinite(loss[k]));
  if (snapshot < 0) return null;
  const update = batch.findIndex((value) => !Number.isFinite(value)); // of stretches the lowest come first
  if (update < 0) return at[snapshot];
  return Math.min(at[snapshot], stretches ? Math.round((update * at.at(-1)) / stretches) : update);
}

/** A share of n that came out so many times, as percent; of few more digits mean nothing. */
export const percent = (share) => (Number.isFinite(share) ? `${tidy(100 * share).toFixed(1)} %` : NONE);

/** Wilson's 95 % interval of a share of n. */
export function interval(share, n) {
  const middle = (share + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z / (1 + Z ** 2 / n)) * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n * n));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

/** How many of n: a share came as a float32, of which 26 of 800 is none. */
const whole = (share, n) => Math.round(share * n) / n;

const loss = (name) => ({ name, text: (scores) => brief(scores[name]), exact: (scores, store) => told(store, scores[name], scores.step) });
const error = (name, points) => ({
  name,
  only: CLASSES,
  text: (scores, about) => percent(whole(scores[name], about[points])),
  exact: (scores, store, about) => counted(store, scores[name], about[points], points === "test"),
});

const told = (store, value, step) =>
  Number.isFinite(value) ? store.say("net_lanes.exact", { value: value.toPrecision(8), step: count(step) }) : "";

/** "26 of 800", and for a sample of many the interval of what it stands for. */
function counted(store, share, n, sample) {
  if (!Number.isFinite(share)) return "";
  const [low, high] = interval(whole(share, n), n).map(percent);
  return store.say(sample ? "net_lanes.counted_interval" : "net_lanes.counted", { wrong: Math.round(share * n), n, low, high });
}

/**
 * `text`: what is shown, `aside`: a remark, `exact`: what a pointer is told; `ends`: it is of the whole training, not of
 * the play position, and the least is marked.
 */
const COLUMNS = [
  loss("train"),
  loss("test"),
  loss("gap"),
  error("trainError", "train"),
  error("testError", "test"),
  {
    name: "final",
    ends: true,
    text: ({ final }, about) => (about.task === CLASSES ? percent(whole(final, about.test)) : brief(final)),
    exact: ({ final }, store, about) =>
      about.task === CLASSES ? counted(store, final, about.test, true) : told(store, final, store.clock.last),
  },
  {
    name: "lowest",
    ends: true,
    text: ({ lowest }) => brief(lowest),
    aside: ({ lowest, lowestAt }) => (Number.isFinite(lowest) ? `(${count(lowestAt)})` : ""),
    exact: ({ lowest, lowestAt }, store) => told(store, lowest, lowestAt),
  },
];

/** The columns of a task: of values the mistakes are the loss. */
export const columnsOf = (task) => COLUMNS.filter(({ only }) => !only || only === task);

/**
 * For each column the least value among those of `scores`, or null where nobody stands out.
 * @param {(Scores | null)[]} scores of the learners; null for one that is not shown, or has diverged
 */
export function best(columns, scores) {
  return columns.map(({ name, ends }) => {
    const values = scores.flatMap((one) => (ends && one && Number.isFinite(one[name]) ? [one[name]] : []));
    const least = Math.min(...values);
    return values.length > 1 && values.some((value) => value !== least) ? least : null;
  });
}
