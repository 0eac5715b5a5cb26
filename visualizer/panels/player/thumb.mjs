// A landscape's thumbnail: 48 x 48 bytes through the theme's surface scale, with a few level lines so that the shape
// reads at the size of a stamp.
import { theme, readTheme } from "./theme.mjs";

const SIDE = 48, LEVELS = 7, INK = 0.2;    // level lines; how far they go from the surface's colour to the text's

let table = null;    // {key, colors: [r, g, b] of each byte, ink}

/** Any CSS colours as [r, g, b]: the browser parses them. */
function rgb(colors) {
  const canvas = Object.assign(document.createElement("canvas"), { width: colors.length, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  colors.forEach((color, i) => { pen.fillStyle = color; pen.fillRect(i, 0, 1, 1); });
  const { data } = pen.getImageData(0, 0, colors.length, 1);
  return colors.map((_, i) => [...data.subarray(4 * i, 4 * i + 3)]);
}

function lookup() {
  if (table?.key === theme.key) return table;
  const stops = rgb(theme.scale.map(([, color]) => color)), at = theme.scale.map(([position]) => position);
  const colors = Array.from({ length: 256 }, (_, byte) => {
    const x = byte / 255, i = Math.max(1, at.findIndex((position) => position >= x));
    const share = (x - at[i - 1]) / (at[i] - at[i - 1]);
    return stops[i].map((high, channel) => stops[i - 1][channel] + share * (high - stops[i - 1][channel]));
  });
  return (table = { key: theme.key, colors, ink: rgb([theme.text])[0] });
}

/** Draws base64 `thumb` (row 0 = lowest y) into a 48 x 48 canvas. */
export function thumbnail(canvas, thumb) {
  if (!theme.key) readTheme(canvas);
  const bytes = Uint8Array.from(atob(thumb), (char) => char.charCodeAt(0));
  const pen = canvas.getContext("2d"), image = pen.createImageData(SIDE, SIDE);
  const { colors, ink } = lookup();
  const level = (byte) => Math.floor((byte * LEVELS) / 256);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const i = (SIDE - 1 - y) * SIDE + x, here = bytes[i];
      const edge = (x + 1 < SIDE && level(bytes[i + 1]) !== level(here)) || (y + 1 < SIDE && level(bytes[i - SIDE]) !== level(here));
      colors[here].forEach((channel, c) => { image.data[4 * (y * SIDE + x) + c] = edge ? channel + INK * (ink[c] - channel) : channel; });
      image.data[4 * (y * SIDE + x) + 3] = 255;
    }
  }
  pen.putImageData(image, 0, 0);
}
