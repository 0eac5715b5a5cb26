// Colors of the page. Streamlit hands its theme down as CSS variables; light or dark decides which of our own
// palettes (palette.mjs, made from figures/palette.py) goes with it.

import palette from "./palette.mjs";

/**
 * The theme in force, changed in place so that everyone may keep the reference.
 * background, text, muted, border, accent: CSS colors; font: a CSS font family; size: base size in px;
 * paths: 12 colors; dashes: 12 canvas dash arrays; classes: 3 colors of data; scale: [[0..1, color], ...]; halo: a CSS color.
 */
export const theme = { dark: false, key: "" };

let strong = false; // more contrast, for a projector in a bright room
let far = false;    // read from the last row: no text is paler than another

/** With more contrast, or without; to be read from afar, or not. What is drawn next has it. */
export function setLook(look) {
  ({ strong = strong, far = far } = look);
  theme.key = "";
}

/** Relative luminance of an [r, g, b] in 0..255. */
function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Any CSS color as [r, g, b]: the browser parses it, whatever its notation. */
export function rgbOf(color) {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

const mix = (a, b, share) => `rgb(${a.map((c, i) => Math.round(c + (b[i] - c) * share)).join(", ")})`;

/**
 * Read the variables again.
 * @param {Element} element somewhere under Streamlit's themed wrapper
 * @returns {boolean} whether anything changed
 */
export function readTheme(element) {
  const style = getComputedStyle(element);
  const get = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const background = get("--st-background-color", "#ffffff");
  const text = get("--st-text-color", "#31333f");
  const accent = get("--st-primary-color", "#005f9e");
  const font = get("--st-font", "system-ui, sans-serif");
  const key = [background, text, accent, font, strong, far].join("|");
  if (key === theme.key) return false;

  const paper = rgbOf(background);
  const ink = rgbOf(text);
  const dark = luminance(paper) < 0.4;
  const kind = dark ? "dark" : "light";
  Object.assign(theme, {
    key, dark, strong, background, text, accent, font,
    muted: mix(paper, ink, far ? 1 : strong ? 0.9 : 0.68),  // keeps 4.5:1 for small axis labels
    border: mix(paper, ink, 0.16),
    paths: palette.paths[kind],
    dashes: palette.dashes,
    halo: palette.halos[kind],
    classes: palette.classes[kind],
    // The lowest height melts into the page, whatever color the page has been given.
    scale: palette.surfaces[strong ? `${kind}_strong` : kind].map(([at, color]) => [at, at === 0 ? background : color]),
  });
  return true;
}
