// A landscape's thumbnail: 48 x 48 bytes through the theme's surface scale, with a few level lines so that the shape
// reads at the size of a stamp. It is drawn finer than it was sent, or the lines would show its pixels.
import { theme, readTheme } from "./theme.mjs";

const SIDE = 48;
const FINE = 144; // samples sent, pixels drawn, along each edge
const LEVELS = 8;
const INK = 0.16; // bands between level lines; how far a line goes from the surface's color to the text's

let table = null; // {key, colors: [r, g, b] of each byte, ink}

/** Any CSS colors as [r, g, b]: the browser parses them. */
function rgb(colors) {
  const canvas = Object.assign(document.createElement("canvas"), { width: colors.length, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  colors.forEach((color, i) => {
    pen.fillStyle = color;
    pen.fillRect(i, 0, 1, 1);
  });
  const { data } = pen.getImageData(0, 0, colors.length, 1);
  return colors.map((_, i) => [...data.subarray(4 * i, 4 * i + 3)]);
}

function lookup() {
  if (table?.key === theme.key) return table;
  const stops = rgb(theme.scale.map(([, color]) => color));
  const at = theme.scale.map(([position]) => position);
  const colors = Array.from({ length: 256 }, (_, byte) => {
    const x = byte / 255;
    const i = Math.max(
      1,
      at.findIndex((position) => position >= x),
    );
    const share = (x - at[i - 1]) / (at[i] - at[i - 1]);
    return stops[i].map((high, channel) => stops[i - 1][channel] + share * (high - stops[i - 1][channel]));
  });
  return (table = { key: theme.key, colors, ink: rgb([theme.text])[0] });
}

/** The bytes (row 0 = lowest y) interpolated onto FINE x FINE, row 0 = highest y. */
function refine(bytes) {
  const fine = new Float32Array(FINE * FINE);
  const at = Array.from({ length: FINE }, (_, i) => {
    const x = (i * (SIDE - 1)) / (FINE - 1);
    const low = Math.min(SIDE - 2, Math.floor(x));
    return [low, x - low];
  });
  for (let y = 0; y < FINE; y++) {
    const [row, up] = at[FINE - 1 - y];
    for (let x = 0; x < FINE; x++) {
      const [column, right] = at[x];
      const i = row * SIDE + column;
      const low = bytes[i] + right * (bytes[i + 1] - bytes[i]);
      const high = bytes[i + SIDE] + right * (bytes[i + SIDE + 1] - bytes[i + SIDE]);
      fine[y * FINE + x] = low + up * (high - low);
    }
  }
  return fine;
}

/** Draws base64 `thumb` (48 x 48 uint8) into a canvas. */
export function thumbnail(canvas, thumb) {
  if (!theme.key) readTheme(canvas);
  canvas.width = canvas.height = FINE;
  const fine = refine(Uint8Array.from(atob(thumb), (char) => char.charCodeAt(0)));
  const pen = canvas.getContext("2d", { willReadFrequently: true }); // drawn once: no layer of its own
  const image = pen.createImageData(FINE, FINE);
  const { colors, ink } = lookup();
  const level = (height) => Math.floor((height * LEVELS) / 256);
  for (let i = 0; i < fine.length; i++) {
    const color = colors[Math.round(fine[i])];
    const here = level(fine[i]);
    const edge = (i % FINE && level(fine[i - 1]) !== here) || (i >= FINE && level(fine[i - FINE]) !== here);
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = edge ? color[c] + INK * (ink[c] - color[c]) : color[c];
    image.data[4 * i + 3] = 255;
  }
  pen.putImageData(image, 0, 0);
}
