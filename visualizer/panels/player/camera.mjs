// The camera of a Plotly 3-D scene as plain matrices (column-major, as in WebGL), so that the overlay can project
// points itself and find out which of them the surface hides.

import { heightsOf } from "./heights.mjs";

/** a times b. */
function multiply(a, b) {
  const out = new Float64Array(16);
  for (let c = 0; c < 4; c++) {
    for (let r = 0; r < 4; r++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += a[k * 4 + r] * b[c * 4 + k];
      out[c * 4 + r] = sum;
    }
  }
  return out;
}

/** Solve m v = e for a column-major 4 x 4 m by elimination with pivoting. */
function solve(m, e) {
  const rows = [0, 1, 2, 3].map((r) => [m[r], m[4 + r], m[8 + r], m[12 + r], e[r]]);
  for (let c = 0; c < 4; c++) {
    let pivot = c;
    for (let r = c + 1; r < 4; r++) if (Math.abs(rows[r][c]) > Math.abs(rows[pivot][c])) pivot = r;
    [rows[c], rows[pivot]] = [rows[pivot], rows[c]];
    for (let r = 0; r < 4; r++) {
      if (r === c) continue;
      const factor = rows[r][c] / rows[c][c];
      for (let k = c; k < 5; k++) rows[r][k] -= factor * rows[c][k];
    }
  }
  return rows.map((row, r) => row[4] / row[r]);
}

/**
 * The camera of a drawn plot.
 * @param {HTMLElement} plot the element Plotly drew a 3-D scene in
 * @param {Element} panel pixels are counted from its corner
 */
export function cameraOf(plot, panel) {
  const { glplot, dataScale } = plot._fullLayout.scene._scene;
  const { projection, view, model } = glplot.cameraParams;
  const m = multiply(projection, multiply(view, model));
  const canvas = glplot.canvas.getBoundingClientRect();
  const host = panel.getBoundingClientRect();
  const box = [canvas.left - host.left, canvas.top - host.top, canvas.width, canvas.height];
  return { m, scale: dataScale, box, key: `${Array.prototype.join.call(view)}|${box}` };
}

/** Project (x, y, z) in data units into out[k], out[k + 1]. */
export function project({ m, scale, box: [left, top, width, height] }, x, y, z, out, k) {
  const X = x * scale[0];
  const Y = y * scale[1];
  const Z = z * scale[2];
  const w = m[3] * X + m[7] * Y + m[11] * Z + m[15];
  out[k] = left + 0.5 * width * (1 + (m[0] * X + m[4] * Y + m[8] * Z + m[12]) / w);
  out[k + 1] = top + 0.5 * height * (1 - (m[1] * X + m[5] * Y + m[9] * Z + m[13]) / w);
}

/** The eye in data units: the point all lines of sight go through, where clip x, y and w vanish together. */
function eyeOf({ m, scale }) {
  const [x, y, z, w] = solve(m, [0, 0, 1, 0]);
  return [x / w / scale[0], y / w / scale[1], z / w / scale[2]];
}

const LIFT = 0.012; // of the height range: a point of the surface is looked for from a little above it

/**
 * Which points can be seen: march from each towards the eye over the height field.
 * @param {Float32Array} points x, y, z of each, on the surface
 * @returns {Uint8Array} 1 = seen
 */
export function seenFrom(camera, grid, points) {
  const z = heightsOf(grid);
  const { nx, ny } = grid;
  const perX = (nx - 1) / (grid.x[1] - grid.x[0]);
  const perY = (ny - 1) / (grid.y[1] - grid.y[0]);
  const eye = eyeOf(camera);
  const seen = new Uint8Array(points.length / 3);
  const lift = LIFT * (grid.hi - grid.lo);
  for (let i = 0; i < seen.length; i++) {
    let u = (points[3 * i] - grid.x[0]) * perX;
    let v = (points[3 * i + 1] - grid.y[0]) * perY;
    let h = points[3 * i + 2] + lift;
    const du = (eye[0] - grid.x[0]) * perX - u;
    const dv = (eye[1] - grid.y[0]) * perY - v;
    const stride = 1.5 / Math.hypot(du, dv); // of the way to the eye: a cell and a half a step
    const [su, sv, sh] = [du * stride, dv * stride, (eye[2] - h) * stride];
    seen[i] = 1;
    for (u += su, v += sv, h += sh; h <= grid.hi; u += su, v += sv, h += sh) {
      if (!(u >= 0 && v >= 0 && u <= nx - 1 && v <= ny - 1)) break;
      if (z[((v + 0.5) | 0) * nx + ((u + 0.5) | 0)] > h) {
        seen[i] = 0;
        break;
      }
    }
  }
  return seen;
}
