// The microscope: which run it is on, and the numbers of each of its updates. The server sends a run's numbers when it
// is chosen; every step after that is a look into an array.

const PREFIX = "scope_";

/** A payload's rows of the run under the microscope, {run, updates, points, quadratic, theta, g, ...}; null without one. */
export function rowsOf({ scope }, arrays) {
  if (!scope) return null;
  const own = Object.entries(arrays).filter(([name]) => name.startsWith(PREFIX));
  return { ...scope, ...Object.fromEntries(own.map(([name, array]) => [name.slice(PREFIX.length), array])) };
}

/** The update that is shown at the play position: the one that leaves the point where the head is; at the end the last. */
export function updateAt(rows, t) {
  const tick = Math.floor(t);
  const row = rows.row ? rows.row[Math.min(tick, rows.row.length - 1)] : tick;
  return Math.max(0, Math.min(row, rows.updates - 1));
}

/** The first tick of the clock at which update `k` is shown. */
export const tickOf = (rows, k) => (rows.row ? rows.row.indexOf(k) : k);

const pair = (array, k) => [array[2 * k], array[2 * k + 1]];
const norm = ([x, y]) => Math.hypot(x, y);
const dot = ([a, b], [c, d]) => a * c + b * d;

/** The angle between two vectors in degrees, exact for small ones too; NaN where there is none. */
export function angle(a, b) {
  if (!norm(a) || !norm(b)) return NaN;
  return (Math.atan2(Math.abs(a[0] * b[1] - a[1] * b[0]), dot(a, b)) * 180) / Math.PI;
}

/** Eigenvalues, the larger first, and unit eigenvectors of a Hessian [xx, xy, yy]; null where it is not finite. */
export function frameOf([xx, xy, yy]) {
  if (![xx, xy, yy].every(Number.isFinite)) return { curvatures: [null, null], axes: [[NaN, NaN], [NaN, NaN]] };
  const [middle, half] = [(xx + yy) / 2, Math.hypot((xx - yy) / 2, xy)];
  // The smaller in size from the product of both: as a difference nothing would be left of it beside a large one.
  const large = middle < 0 ? middle - half : middle + half;
  const product = (xx * yy - xy * xy) / large;
  const small = Number.isFinite(product) ? product : middle < 0 ? middle + half : middle - half;
  const turn = Math.atan2(2 * xy, xx - yy) / 2;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  return { curvatures: middle < 0 ? [small, large] : [large, small], axes: [[cos, sin], [-sin, cos]] };
}

/** What the loss owes to each axis of a quadratic: half its curvature times the squared distance from the middle. */
export function shares(slope, { curvatures, axes }) {
  return axes.map((axis, i) => dot(axis, slope) ** 2 / (2 * curvatures[i]));
}

/**
 * Everything about update k + 1, in the plane's units; what is not known is null or NaN.
 * @returns {object} pairs theta, next, g, m, before (m of the update before), rootV, rate, step, decay, rest (what moved
 *   theta beyond -rate m: noise of the method's own, or a return to slow weights), moved (all of it), points by name;
 *   numbers k, lr, loss, after, angle (from -g to the step), along (curvature in the step's direction); frame, limit
 */
export function numbersOf(rows, k) {
  const [theta, g, m, step, decay, rate] = ["theta", "g", "m", "step", "decay", "rate"].map((name) => pair(rows[name], k));
  const hessian = [...rows.hessian.subarray(3 * k, 3 * k + 3)];
  const frame = frameOf(hessian);
  const moved = [step[0] + decay[0], step[1] + decay[1]];
  const known = k + 1 < rows.loss.length;
  const [xx, xy, yy] = hessian;
  const bend = step[0] * (xx * step[0] + xy * step[1]) + step[1] * (xy * step[0] + yy * step[1]);
  return {
    k, theta, g, m, step, decay, rate, moved, frame,
    next: known ? pair(rows.theta, k + 1) : [theta[0] + moved[0], theta[1] + moved[1]],
    before: k ? pair(rows.m, k - 1) : null,
    rootV: pair(rows.root_v, k),
    rest: [step[0] + rate[0] * m[0], step[1] + rate[1] * m[1]],
    lr: rows.lr[k],
    loss: rows.loss[k],
    after: known ? rows.loss[k + 1] : NaN,
    slope: pair(rows.slope, k),
    points: rows.points.map((name) => ({ name, at: pair(rows[name], k) })),
    angle: angle(step, [-g[0], -g[1]]),
    along: bend / dot(step, step),
    limit: frame.curvatures[0] > 0 ? 2 / frame.curvatures[0] : frame.curvatures[0] === null ? NaN : Infinity,
  };
}

const READABLE = 150; // ms; numbers that change faster cannot be read, and cost more to paint than all the rest

/** Calls `fn` at once, if it has rested for so long; else when it will have. The last call always counts. */
export function calmly(fn) {
  let [last, timer] = [0, 0];
  const run = () => {
    clearTimeout(timer);
    [last, timer] = [performance.now(), 0];
    fn();
  };
  return () => {
    const wait = last + READABLE - performance.now();
    if (wait <= 0) run();
    else timer ||= setTimeout(run, wait);
  };
}

/** One for the page: the contour, the lanes, the transport and the panel all open it. */
function createScope() {
  const listeners = new Set();
  let wanted; // a run, or null for closed, until the server's answer agrees
  let last = 0;

  function put(store, run) {
    if (run === scope.run(store)) return;
    wanted = run;
    if (run !== null) {
      last = run;
      store.pause();
      store.seek(Math.floor(store.clock.t));
    }
    store.edit("scope", { value: run });
    listeners.forEach((listener) => listener());
  }

  const scope = {
    /** The run that it is on, or null. */
    run(store) {
      if (!store.busy) wanted = undefined;
      return wanted === undefined ? (store.state?.header.scope?.run ?? null) : wanted;
    },
    /** The rows of that run; null before they have come. */
    rows(store) {
      const rows = store.state?.scope;
      return rows && rows.run === scope.run(store) ? rows : null;
    },
    open: put,
    close: (store) => put(store, null),
    /** Opens it on the run in question: the one that is pointed to, else the last one, else the first that is shown. */
    toggle(store) {
      if (scope.run(store) !== null) return scope.close(store);
      const { runs } = store.state.header.scenario;
      const shown = [store.hovered, last, ...runs.keys()].find((run) => run !== null && runs[run]?.visible);
      if (shown !== undefined) put(store, shown);
    },
    /** Goes so many updates on. */
    step(store, by) {
      const rows = scope.rows(store);
      store.pause();
      if (!rows?.updates) return;
      const to = updateAt(rows, store.clock.t) + by;
      store.seek(to >= rows.updates ? store.clock.last : tickOf(rows, Math.max(0, to)));
    },
    onChange: (listener) => (listeners.add(listener), () => listeners.delete(listener)),
  };
  return scope;
}

export const scope = createScope();
