// Where the parts of a slice go: maps beside the words and above the strips; strips below the words where there is one
// picture only; all below each other on a phone.

import { ABOVE, BARE, BELOW, LEFT } from "./netlandscapemap.mjs";
import { COLORS } from "./netlandscapecolors.mjs";

const NARROW = 520;          // px: below that everything is in one column
const GAP = 8;
const EDGE = 2;              // px to the right of a map
const SIDE = [168, 0.3];     // of the words: at least so many px, and that share of the width
const ALONE = [216, 0.36];   // the same beside one picture
const STRIP = [84, 0.27, 170]; // px of a strip's height: at least, that share of the height, at most
const BENEATH = 118;         // px of a strip on a phone
const LEAST = 120;           // px of a map

const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

/**
 * Shows and places what the mode has; returns the side of a map, the size of a strip by its kind, and whether only the
 * first map has numbers.
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
  const bar = root.firstElementChild.offsetHeight + GAP;
  if (narrow) {
    const side = w - LEFT - EDGE - COLORS;
    size(scenes, w - COLORS, side);
    return { side, strip: () => [w, BENEATH], plain: false };
  }
  const strip = clamp(STRIP[1] * h, STRIP[0], STRIP[2]);
  const [least, share] = both ? SIDE : ALONE;
  const words = Math.max(least, share * w);
  const beside = w - words - COLORS - GAP;
  if (both) {
    const tall = h - bar - strip - GAP - ABOVE - BELOW;
    const side = Math.floor(Math.max(LEAST, Math.min(tall, (beside - LEFT - BARE - 2 * EDGE) / 2)));
    return { side, strip: () => [(w - (count - 1) * GAP) / count, strip], plain: true };
  }
  const side = Math.floor(Math.max(LEAST, Math.min(h - bar - ABOVE - BELOW, beside - LEFT - EDGE)));
  size(scenes, beside, h - bar);
  const free = w - (solid ? beside : side + LEFT + EDGE) - COLORS - 2 * GAP;
  return { side, strip: () => [free, strip], plain: true };
}

const size = (node, w, h) => Object.assign(node.style, { width: `${w}px`, height: `${h}px` });
