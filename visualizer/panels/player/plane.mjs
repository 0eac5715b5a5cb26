// Where the plane lies in the 2-D panel: Plotly's axes as a map to pixels, before and after Plotly has drawn them.

import { isLarge, presenting } from "./panel.mjs";

/** Windows up to this ratio are drawn with equal units, so that angles and circles are true. */
const SQUARISH = 2.2;

/** Room for axis labels, and for the color bar on the right; player.css makes the panel as much larger than the plot. */
const marginOf = (height) => (presenting() ? { l: 84, r: 126, t: 12, b: 48 } : isLarge(height) ? { l: 52, r: 76, t: 8, b: 32 } : { l: 42, r: 62, t: 8, b: 26 });

export const inside = ([left, top, width, height], x, y) => x >= left && y >= top && x <= left + width && y <= top + height;

/** Both directions of Plotly's linear axes, in pixels of the panel. */
export function mapOf({ xaxis, yaxis }) {
  const axis = (a) => {
    const to = (value) => a._offset + a.l2p(value);
    to.back = (pixel) => a.p2l(pixel - a._offset);
    return to;
  };
  return { x: axis(xaxis), y: axis(yaxis), clip: [xaxis._offset, yaxis._offset, xaxis._length, yaxis._length] };
}

/** The same, for a plot that is to be drawn in a panel of this size. */
export function mapBefore([x0, x1, y0, y1], width, height) {
  const { margin, ...place } = placing([x0, x1, y0, y1], width, height);
  const [w, h] = [width - margin.l - margin.r, height - margin.t - margin.b];
  const [across, [low, high]] = [place["xaxis.domain"][1], place["yaxis.domain"]];
  const clip = [margin.l, margin.t + h * (1 - high), w * across, h * (high - low)];
  const axis = (from, to, start, length) => {
    const scale = length / (to - from);
    const forth = (value) => start + (value - from) * scale;
    forth.back = (pixel) => from + (pixel - start) / scale;
    return forth;
  };
  return { x: axis(x0, x1, clip[0], clip[2]), y: axis(y1, y0, clip[1], clip[3]), clip };
}

/** Width over height of the plot, or null where a window is too long for equal units. */
export function aspectOf([x0, x1, y0, y1]) {
  const ratio = (x1 - x0) / (y1 - y0);
  return Math.max(ratio, 1 / ratio) < SQUARISH ? ratio : null;
}

/** Where the axes and the color bar go in a panel of this size, as relayout's flat keys. */
export function placing(window, width, height) {
  const margin = marginOf(height);
  const [w, h] = [width - margin.l - margin.r, height - margin.t - margin.b];
  const aspect = aspectOf(window) ?? w / h;
  const [across, up] = [Math.min(1, (h * aspect) / w), Math.min(1, w / aspect / h)];
  return { margin, "xaxis.domain": [0, across], "yaxis.domain": [1 - up, 1] };
}
