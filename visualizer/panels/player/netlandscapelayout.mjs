// Where the parts of a slice go: maps beside the words and above the strips; strips below the words where there is one
// picture only; all below each other on a phone.

import { ABOVE, BARE, BELOW, LEFT } from "./netlandscapemap.mjs";
import { COLORS } from "./netlandscapecolors.mjs";

const NARROW = 520;          // px: below that everything is in one column
const GAP = 8;
const EDGE = 2;              // px to the right of a map
const SIDE = [168, 0.3];     // of the words: at least so many px, and that share of the width
const ALONE = [216, 0.37];   // the same beside one picture
const STRIP = [84, 0.27, 170]; // px of a strip's height: at least, that share of the height, at most
const STACKED = [72, 0.23, 150]; // the same where two stand on each other
const BENEATH = 118;         // px of a strip on a phone
const LEAST = 120;           // px of a map
const LARGE = 380;           // px of the field: from there on it is for a projector
export const SIZES = [11, 13]; // px of the letters

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/** The size of the letters in a field so high. */
export const lettersOf = (height) => SIZES[Number(height > LARGE)];

/**
 * Shows and places what the mode has; returns the side of a map, the size of a strip by its kind, and whether only the
 * first map has numbers; and the size of letters.
 */
export function place(root, parts, { kinds, solid, maps, strips, colors, scenes }) {
  const field = root.parentElement;
  const [w, h] = [field.clientWidth, field.clientHeight];
  const narrow = w < NARROW;
  const both = kinds.length > 1;
  root.dataset.layout = narrow ? "narrow" : both ? "both" : "alone";
  maps.forEach((one, kind) => (one.frame.hidden = solid || !kinds.includes(kind)));
  strips.forEach((one, kind) => (one.frame.hidden = kind < 2 && !kinds.includes(kind)));
  colors.frame.hidden = false;
  scenes.hidden = !solid;
  (narrow || both ? root : parts.side).append(parts.strips);
  const count = strips.filter((one) => !one.frame.hidden).length;
  const bar = root.firstElementChild.offsetHeight + 2 * GAP;
  const letters = lettersOf(narrow ? 0 : h);
  const [margin, bare, rest, scale] = [LEFT, BARE, ABOVE + BELOW, COLORS].map((px) => Math.ceil((px * letters) / SIZES[0]));
  if (narrow) {
    const side = w - margin - EDGE - scale;
    size(scenes, w - scale, side);
    return { side, strip: () => [w, BENEATH], plain: false, letters };
  }
  const [lowest, part, highest] = both ? STRIP : STACKED;
  const strip = clamp(part * h, lowest, highest);
  const [least, share] = both ? SIDE : ALONE;
  const words = Math.max(least, share * w);
  const beside = w - words - scale - GAP;
  if (both) {
    const tall = h - bar - strip - GAP - rest;
    const side = Math.floor(Math.max(LEAST, Math.min(tall, (beside - margin - bare - 2 * EDGE) / 2)));
    return { side, strip: () => [(w - (count - 1) * GAP) / count, strip], plain: true, letters };
  }
  const side = Math.floor(Math.max(LEAST, Math.min(h - bar - rest, beside - margin - EDGE)));
  size(scenes, beside, h - bar);
  const free = w - (solid ? beside : side + margin + EDGE) - scale - 2 * GAP;
  return { side, strip: () => [free, strip], plain: true, letters };
}

const size = (node, w, h) => Object.assign(node.style, { width: `${w}px`, height: `${h}px` });
