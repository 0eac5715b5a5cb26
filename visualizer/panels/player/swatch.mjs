// How a run is drawn, in small: its color and its dash, as on the paths.
import { theme, readTheme } from "./theme.mjs";

const WIDTH = 34;
const HEIGHT = 12;

/** Fills `node` with the line of color slot `slot`; does nothing when it is there already. */
export function swatch(node, slot) {
  if (!theme.key) readTheme(node);
  const color = theme.paths[slot % theme.paths.length];
  const dash = theme.dashes[slot % theme.dashes.length];
  const shape = `${color} ${dash}`;
  if (node.dataset.shape === shape) return;
  node.dataset.shape = shape;
  node.style.setProperty("--dl-run", color);
  node.innerHTML =
    `<svg width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}"><line x1="1.5" x2="${WIDTH - 1.5}" y1="6" y2="6" ` +
    `stroke="${color}" stroke-width="3" ${dash.length ? `stroke-dasharray="${dash.join(" ")}"` : 'stroke-linecap="round"'}/></svg>`;
}
