// What one update looks like on the contour: arrows, points, an ellipse, in pixels. Pure geometry, no canvas.
//
// The step, the decay and all points are in true length. The gradient and m have other units than theta; they share one
// factor, which makes -m as long as the step that -rate m is. So where the rate is the same for both coordinates, -m is
// the step, and where it is not, the angle between the two is what "adaptive" does.

const NOISE = 1e-9; // of the step: what is left of step + rate m by rounding

const finite = ([x, y]) => Number.isFinite(x) && Number.isFinite(y);
const times = ([x, y], factor) => [x * factor, y * factor];
const norm = ([x, y]) => Math.hypot(x, y);

/** What -g and -m are multiplied with: the length of the step over that of m, or of g where m is 0. */
export function factorOf({ g, m, rate, step }) {
  const own = norm([rate[0] * m[0], rate[1] * m[1]]);
  const length = own > 0 && Number.isFinite(own) ? own : norm(step);
  const base = norm(m) > 0 ? norm(m) : norm(g);
  const factor = length / base;
  return Number.isFinite(factor) && factor > 0 ? factor : 0;
}

/** The gradient that went on from clipping; null where clipping took nothing from it. */
export function clippedOf({ clipped, g }, k) {
  if (!clipped) return null;
  const [x, y] = [2 * k, 2 * k + 1];
  return Math.abs(clipped[x]) < Math.abs(g[x]) || Math.abs(clipped[y]) < Math.abs(g[y]) ? [clipped[x], clipped[y]] : null;
}

const ARROWS = ["z_next"]; // of the points, those that another one goes to

/**
 * The marks of an update.
 * @param {object} now see numbersOf in scope.mjs; `clipped` see above
 * @param {{x: number, y: number, unitX: number, unitY: number, longest: number, flat?: boolean}} view where theta is, how
 *   many pixels a unit of each axis takes (the second is negative), and how long -g and -m may become; `flat` where the
 *   second axis is time, along which an update goes one step
 * @returns {{factor: number, arrows: {name: string, x: number, y: number, dx: number, dy: number, cut: boolean}[],
 *   points: {name: string, x: number, y: number}[], ellipse: {x: number, y: number, rx: number, ry: number} | null}}
 *   no ellipse where the second axis is time: of one coordinate there is nothing to turn
 */
export function marksOf(now, { x, y, unitX, unitY, longest, flat = false }) {
  const pixels = ([u, v], time = 0) => [u * unitX, (flat ? time : v) * unitY];
  const factor = factorOf(now);
  const arrows = [];
  const add = (name, [fromX, fromY], [dx, dy], most = Infinity) => {
    const length = Math.hypot(dx, dy);
    if (!finite([fromX, fromY]) || !(length > 0) || !Number.isFinite(length)) return;
    const part = Math.min(1, most / length);
    arrows.push({ name, x: x + fromX, y: y + fromY, dx: dx * part, dy: dy * part, cut: part < 1 });
  };
  const origin = [0, 0];
  if (now.before) add("before", origin, pixels(times(now.before, -factor)), longest);
  add("m", origin, pixels(times(now.m, -factor)), longest);
  const downhill = pixels(times(now.g, -factor));
  add("g", origin, downhill, longest);
  if (now.clipped) { // cut as -g is, so that the two can be compared
    const left = pixels(times(now.clipped, -factor));
    add("clipped", origin, left, (longest * norm(left)) / Math.max(longest, norm(downhill)));
  }
  const stepped = pixels(now.step, 1);
  add("decay", stepped, pixels(now.decay));
  if (norm(now.rest) > NOISE * norm(now.step)) {
    add("rest", pixels([now.step[0] - now.rest[0], now.step[1] - now.rest[1]], 1), pixels(now.rest));
  }
  add("step", origin, stepped);
  const all = Object.fromEntries(now.points.filter(({ at }) => finite(at)).map(({ name, at }) => [name, pixels([at[0] - now.theta[0], at[1] - now.theta[1]])]));
  const points = Object.entries(all).filter(([name]) => !ARROWS.includes(name)).map(([name, [dx, dy]]) => ({ name, x: x + dx, y: y + dy }));
  if (all.z && all.z_next) add("z_next", all.z, [all.z_next[0] - all.z[0], all.z_next[1] - all.z[1]]);
  const reach = norm(now.m);
  const [rx, ry] = [Math.abs(now.rate[0] * reach * unitX), Math.abs(now.rate[1] * reach * unitY)];
  const ellipse = !flat && rx > 0 && ry > 0 && Number.isFinite(rx) && Number.isFinite(ry) ? { x, y, rx, ry } : null;
  return { factor, arrows, points, ellipse };
}

const ROUND = [1, 2, 5];

/** A round factor that makes `length` px about `wanted` px long. */
export function magnification(length, wanted) {
  const raw = wanted / length;
  const base = 10 ** Math.floor(Math.log10(raw));
  return base * ROUND.findLast((digit) => digit * base <= raw * (1 + 1e-9));
}
