// What lies beneath a noise cloud, on the page and in a figure: the densest regions of exp(-f/T), the dashed lines by which
// a seed has left, and the letters of the minima.

import { letterOf } from "./basinmap.mjs";
import { theme } from "./theme.mjs";

const MANY = 24; // rings: more of them would hide the surface if they were bold
const SHADES = [0, 26, 52]; // of 255: outside of both regions, in the larger, in the smaller one

let [made, drawn] = [null, null]; // of which regions, and in which theme, the image is

/** @param {Uint8Array} inside of a grid of `size` points over the window, rows upwards, in how many regions each is */
export function shade(g, inside, [nx, ny], [x0, x1, y0, y1], map) {
  const [w, h] = [(map.x(x1) - map.x(x0)) / (nx - 1), (map.y(y0) - map.y(y1)) / (ny - 1)];
  if (made?.inside !== inside || made.key !== theme.key) [made, drawn] = [{ inside, key: theme.key }, shadow(inside, nx, ny)];
  g.drawImage(drawn, map.x(x0) - w / 2, map.y(y1) - h / 2, w * nx, h * ny);
}

/** A pixel each point of the grid. */
function shadow(inside, nx, ny) {
  const canvas = Object.assign(document.createElement("canvas"), { width: nx, height: ny });
  const g = canvas.getContext("2d", { willReadFrequently: true });
  const image = g.createImageData(nx, ny);
  inside.forEach((many, i) => {
    const k = 4 * ((ny - 1 - Math.floor(i / nx)) * nx + (i % nx)); // an image's rows go down
    image.data.fill(theme.dark ? 255 : 0, k, k + 3);
    image.data[k + 3] = SHADES[many];
  });
  g.putImageData(image, 0, 0);
  return canvas;
}

/** The dashed lines by which a seed has left, as bold as that. */
export function neighborhood(g, { home, points }, map, bold = 1) {
  if (!home) return;
  const shapes = home.down ? [-home.radius, home.radius].map((side) => () => gate(g, home, side, map))
    : points.filter((point, k) => (home.kind === "minimum" ? k !== home.point && point.kind === "minimum" : k === home.point)).map((point) => () => ring(g, point, map));
  g.save();
  const strong = shapes.length > MANY ? bold / 2 : bold;
  for (const [color, width, dash] of [[theme.halo, 4 * strong, []], [theme.text, 1.4 * strong, [5 * strong, 4 * strong]]]) {
    Object.assign(g, { strokeStyle: color, lineWidth: width });
    g.setLineDash(dash);
    shapes.forEach((shape) => shape());
  }
  g.restore();
}

/** A line across the direction that leads down, on one side of a saddle. */
function gate(g, { at, down }, side, map) {
  const [left, top, wide, tall] = map.clip;
  const far = Math.hypot(wide, tall) / Math.min(Math.abs(map.x(1) - map.x(0)), Math.abs(map.y(1) - map.y(0)));
  const [x, y] = [at[0] + side * down[0], at[1] + side * down[1]];
  g.beginPath();
  g.moveTo(map.x(x - far * down[1]), map.y(y + far * down[0]));
  g.lineTo(map.x(x + far * down[1]), map.y(y - far * down[0]));
  g.stroke();
}

function ring(g, { x, y, radius }, map) {
  g.beginPath();
  g.ellipse(map.x(x), map.y(y), Math.abs(radius * (map.x(1) - map.x(0))), Math.abs(radius * (map.y(1) - map.y(0))), 0, 0, 2 * Math.PI);
  g.stroke();
}

/** The letters of these minima, by their places among the points. */
export function letters(g, points, minima, map, size) {
  g.font = `700 ${size}px ${theme.font}`;
  Object.assign(g, { lineWidth: 4, lineJoin: "round", strokeStyle: theme.halo, fillStyle: theme.text, textAlign: "left", textBaseline: "bottom" });
  for (const k of minima) {
    if (points[k]?.kind !== "minimum") continue;
    const [x, y] = [map.x(points[k].x) + 9, map.y(points[k].y) - 6];
    g.strokeText(letterOf(k), x, y);
    g.fillText(letterOf(k), x, y);
  }
}
