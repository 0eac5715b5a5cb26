// How well the networks do: what a lane's columns say of one, at the play position and in the end, and which is the best.
import { snapshotAt } from "./netnumbers.mjs";
import { NONE, brief, count, tidy } from "./numbers.mjs";

const SURE = 1.959964; // standard deviations of a normal distribution that hold 95 %
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

/** So many of n in percent, without the sign. */
export const percent = (some, n) => (Number.isFinite(some) ? tidy((100 * some) / n).toFixed(1) : NONE);

/** How many of n: of a share that came as a float32. */
const counted = (share, n) => Math.round(share * n);

/** Wilson's interval of a share that was `some` of `n`: it holds the true share of 95 in 100 such samples. */
export function interval(some, n) {
  const [p, z2] = [some / n, SURE * SURE];
  const middle = (p + z2 / (2 * n)) / (1 + z2 / n);
  const half = (SURE * Math.sqrt((p * (1 - p)) / n + z2 / (4 * n * n))) / (1 + z2 / n);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

const loss = (name) => ({ name, text: (scores) => brief(scores[name]), exact: (scores, store) => told(store, scores[name], scores.step) });
const error = (name, points) => ({
  name,
  only: CLASSES,
  text: (scores, about) => shareText(scores[name], about[points]),
  exact: (scores, store, about) => wrongText(store, scores[name], about[points], points === "test"),
});

const told = (store, value, step) =>
  Number.isFinite(value) ? store.say("net_lanes.exact", { value: value.toPrecision(8), step: count(step) }) : "";

const shareText = (share, n) => (Number.isFinite(share) && n ? `${percent(counted(share, n), n)}%` : NONE);

/** "26 of 800 points", and for a sample of many the interval of what it stands for. */
function wrongText(store, share, n, sample) {
  if (!Number.isFinite(share) || !n) return "";
  const wrong = counted(share, n);
  const [low, high] = interval(wrong, n).map((end) => percent(end, 1));
  return store.say(sample ? "net_lanes.counted_interval" : "net_lanes.counted", { wrong, n, low, high });
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
    text: ({ final }, about) => (about.task === CLASSES ? shareText(final, about.test) : brief(final)),
    exact: ({ final }, store, about) =>
      about.task === CLASSES ? wrongText(store, final, about.test, true) : told(store, final, store.clock.last),
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
