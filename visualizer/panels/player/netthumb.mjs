// A data set at the size of a stamp: points by the color and the mark of their class, points of a curve, or digits.
import { theme, readTheme } from "./theme.mjs";

const [WIDTH, HEIGHT] = [162, 120]; // pixels drawn: twice what is shown
const MARGIN = 8;
const RADIUS = 3.6;
const SIDE = 8;       // pixels of an image along each edge,
const MOST = 16;      // and how dark they get
const ACROSS = 5;     // images beside each other

/** Marks of the classes: color alone tells too few people enough. */
const MARKS = [
  (pen, x, y, r) => pen.arc(x, y, r, 0, 2 * Math.PI),
  (pen, x, y, r) => pen.rect(x - 0.86 * r, y - 0.86 * r, 1.72 * r, 1.72 * r),
  (pen, x, y, r) => {
    pen.moveTo(x, y - 1.25 * r);
    pen.lineTo(x + 1.15 * r, y + 0.85 * r);
    pen.lineTo(x - 1.15 * r, y + 0.85 * r);
    pen.closePath();
  },
];

/** @param {{thumb: object, window: number[], inputs: number}} entry of the catalogue's data sets */
export function dataThumbnail(canvas, { thumb, window: [x0, x1, y0, y1], inputs }) {
  if (!theme.key) readTheme(canvas);
  [canvas.width, canvas.height] = [WIDTH, HEIGHT];
  const pen = canvas.getContext("2d", { willReadFrequently: true }); // drawn once: no layer of its own
  pen.fillStyle = theme.background;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
  if (thumb.images) return images(pen, thumb.images);
  const scale = Math.min((WIDTH - 2 * MARGIN) / (x1 - x0), (HEIGHT - 2 * MARGIN) / (y1 - y0));
  const [sx, sy] = inputs === 1 ? [(WIDTH - 2 * MARGIN) / (x1 - x0), (HEIGHT - 2 * MARGIN) / (y1 - y0)] : [scale, scale];
  const colors = inputs === 1 ? [theme.text] : theme.classes;
  thumb.points.forEach(([x, y], i) => {
    const kind = thumb.kinds[i];
    pen.beginPath();
    MARKS[kind % MARKS.length](pen, WIDTH / 2 + sx * (x - (x0 + x1) / 2), HEIGHT / 2 - sy * (y - (y0 + y1) / 2), RADIUS);
    pen.fillStyle = colors[kind % colors.length];
    pen.fill();
  });
  return undefined;
}

/** The ink is the text's color: dark on light and light on dark. */
function images(pen, all) {
  const rows = Math.ceil(all.length / ACROSS);
  const dot = Math.floor(Math.min(WIDTH / ACROSS, HEIGHT / rows) / (SIDE + 1));
  const cell = [WIDTH / ACROSS, HEIGHT / rows];
  pen.fillStyle = theme.text;
  all.forEach((pixels, k) => {
    const left = Math.round((k % ACROSS) * cell[0] + (cell[0] - SIDE * dot) / 2);
    const top = Math.round(Math.floor(k / ACROSS) * cell[1] + (cell[1] - SIDE * dot) / 2);
    pixels.forEach((ink, i) => {
      pen.globalAlpha = ink / MOST;
      pen.fillRect(left + (i % SIDE) * dot, top + Math.floor(i / SIDE) * dot, dot, dot);
    });
  });
  pen.globalAlpha = 1;
}
