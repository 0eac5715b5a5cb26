// The Hessian at a point as it is drawn and told: its two axes, and what the surface is like there.

const LONG = 40;    // px from the point to the end of the axis that curves less
const SHORT = 10;   // px of the other at least
const FLAT = 1e-12; // a curvature so much smaller than the other one is rounding

const known = ({ curvatures }) => curvatures.every((curvature) => curvature !== null);

/** Which curvatures are told from 0: -1, 0 or 1 of each. */
function signs({ curvatures }) {
  const most = Math.max(...curvatures.map(Math.abs));
  return curvatures.map((curvature) => (Math.abs(curvature) <= FLAT * most ? 0 : Math.sign(curvature)));
}

/**
 * The ends of both axes from the point, in pixels; in the direction that an eigenvector has on the screen, and so long
 * as a level line of the surface there would be wide: 1 / sqrt|curvature|, within limits.
 * @param {object} seen the header's `inspected`
 * @param {{x: Function, y: Function}} map
 * @returns {{x: number, y: number, down: boolean}[]} the larger curvature first; none where they are not known
 */
export function axesOf(seen, map) {
  if (!known(seen)) return [];
  const [unitX, unitY] = [map.x(1) - map.x(0), map.y(1) - map.y(0)];
  const least = Math.min(...seen.curvatures.map(Math.abs));
  return seen.axes.map(([ux, uy], i) => {
    const [x, y] = [ux * unitX, uy * unitY];
    const size = Math.abs(seen.curvatures[i]);
    const length = Math.max(SHORT, size ? LONG * Math.sqrt(least / size) : LONG) / Math.hypot(x, y);
    return { x: x * length, y: y * length, down: signs(seen)[i] < 0 };
  });
}

const SHAPES = { "1,1": "bowl", "1,-1": "saddle", "-1,-1": "hill", "1,0": "trough", "0,-1": "ridge", "0,0": "plain" };

/** What the surface is like: the name of a string in [inspect]. */
export const shapeOf = (seen) => (known(seen) ? SHAPES[signs(seen).join()] : "unknown");

/** What to write of the curvature: the condition number and the limit of the rate, numbers or what they lack. */
export function limitsOf(seen) {
  const [larger] = known(seen) ? signs(seen) : [NaN];
  return {
    condition: seen.condition ?? (known(seen) && larger ? Infinity : null),
    limit: seen.limit ?? (larger <= 0 ? Infinity : null),
  };
}
