// A map as a figure for a slide or a page: title, pictures, legends, how it was measured, the link. It is drawn on any
// context, so that the PNG and the SVG are the same picture.

import { theme } from "./theme.mjs";

/**
 * What a plot's `figure()` returns; null as long as there is nothing to draw.
 * @typedef {object} Figure
 * @property {string} name what the file is called by: "adam-lr-momentum"
 * @property {string} title above the picture
 * @property {(g, w: number, h: number, size: number) => void} paint draws all of it into w x h, with letters of `size` px
 * @property {(w: number, size: number) => number} [height] how high it should be at this width
 * @property {boolean} [heavy] it has an SVG of thousands of paths, on which a GPU made of software spends seconds
 * @property {Entry[]} legend
 * @property {{label: string, low: string, high: string, color: (share: number) => string}} [scale] its colors
 * @property {string[]} notes how it was measured, marks explained
 * @property {() => {notes?: string[], head: string[], rows: Iterable<(string|number)[]>}} table its numbers
 *
 * @typedef {{text: string, color: string, dash?: number[], hatched?: boolean}} Entry a line if it has a dash, else a square
 */

const WIDE = 960;  // px of a figure; a PNG has SHARP times as many
export const SHARP = 2;
const EDGE = 28;
const GAP = 28;    // between two pictures
const SIZE = 15;   // of letters: a slide is read from the last row
const SMALL = 12;
const FLAT = 0.54; // a picture's height to its width, if it does not say
const LINE = 1.4;
const STEPS = 64;  // of a color scale

const text = (g, words, x, y, { size = SIZE, weight = "", color = theme.text, align = "left" } = {}) => {
  g.font = `${weight}${size}px ${theme.font}`;
  Object.assign(g, { fillStyle: color, textAlign: align, textBaseline: "top" });
  g.fillText(words, x, y);
};

// What stays together in a line: a Chinese sign with its punctuation, a word with what follows it, spaces.
const PARTS = /\uff08?[\u2e80-\uffef][\u3001\u3002\uff09\uff0c\uff1a\uff1b]*|[^\s\u2e80-\uffef]+\s*|\s+/g;

/** The words in lines no wider than `wide`; what is too long for a line breaks anywhere. */
function folded(g, words, wide, size) {
  g.font = `${size}px ${theme.font}`;
  const lines = [""];
  for (const part of words.match(PARTS) ?? []) {
    const pieces = g.measureText(part.trimEnd()).width > wide ? [...part] : [part];
    for (const piece of pieces) {
      const last = lines.length - 1;
      if (lines[last] && g.measureText((lines[last] + piece).trimEnd()).width > wide) lines.push(piece);
      else lines[last] += piece;
    }
  }
  return lines.map((line) => line.trimEnd());
}

/** The blocks of a figure from top to bottom: {height, draw(y)}. */
function blocks(g, figures, { title, link }) {
  const inner = WIDE - 2 * EDGE;
  const each = (inner - GAP * (figures.length - 1)) / figures.length;
  const left = (i) => EDGE + i * (each + GAP);
  const found = [];
  const add = (height, draw) => found.push({ height, draw });
  const paragraph = (words, size, color) => {
    const lines = folded(g, words, inner, size);
    add(lines.length * size * LINE + 4, (y) => lines.forEach((line, k) => text(g, line, EDGE, y + k * size * LINE, { size, color })));
  };
  /** One for each figure, side by side. */
  const beside = (gap, make) => {
    const parts = figures.map(make);
    const height = Math.max(...parts.map((part) => part.height));
    if (height) add(height + gap, (y) => parts.forEach((part) => part.draw(y)));
  };
  add(38, (y) => text(g, title, EDGE, y, { size: 22, weight: "600 " }));
  if (figures.some((one) => one.title)) beside(10, (one, i) => ({ height: SIZE * LINE, draw: (y) => text(g, one.title, left(i), y, { weight: "600 " }) }));
  beside(10, (one, i) => {
    const height = one.height?.(each, SIZE) ?? each * FLAT;
    return {
      height,
      draw(y) {
        g.save();
        g.translate(left(i), y);
        one.paint(g, each, height, SIZE);
        g.restore();
      },
    };
  });
  beside(8, (one, i) => (one.scale ? bar(g, one.scale, left(i), each) : { height: 0, draw() {} }));
  beside(8, (one, i) => legend(g, one.legend, left(i), each));
  for (const note of new Set(figures.flatMap((one) => one.notes))) paragraph(note, SMALL + 1, theme.muted);
  add(6, () => {});
  paragraph(link, SMALL - 1, theme.muted);
  return found;
}

/** The colors of a picture and what they stand for. */
function bar(g, { label, low, high, color }, x, wide) {
  return {
    height: 12 + SMALL * LINE + 4,
    draw(y) {
      for (let k = 0; k < STEPS; k++) {
        g.fillStyle = color((k + 0.5) / STEPS);
        g.fillRect(x + (k * wide) / STEPS, y, wide / STEPS + (k < STEPS - 1 ? 2 : 0), 12); // no seams
      }
      text(g, low, x, y + 16, { size: SMALL });
      text(g, label, x + wide / 2, y + 16, { size: SMALL, color: theme.muted, align: "center" });
      text(g, high, x + wide, y + 16, { size: SMALL, align: "right" });
    },
  };
}

/** Entries in rows. */
function legend(g, entries, left, wide) {
  g.font = `${SIZE}px ${theme.font}`;
  const high = SIZE * 1.6;
  let [x, y] = [0, 0];
  const placed = entries.map((entry) => {
    const sample = entry.dash ? 40 : 20;
    const width = sample + g.measureText(entry.text).width + 26;
    if (x && x + width - 26 > wide) [x, y] = [0, y + high];
    const spot = { entry, sample, x: left + x, y };
    x += width;
    return spot;
  });
  return {
    height: entries.length ? y + high : 0,
    draw: (top) => placed.forEach((spot) => {
      sampleOf(g, spot.entry, spot.x, top + spot.y + SIZE / 2 + 1);
      text(g, spot.entry.text, spot.x + spot.sample, top + spot.y);
    }),
  };
}

function sampleOf(g, { color, dash, hatched }, x, y) {
  g.save();
  if (dash) {
    g.setLineDash(dash);
    Object.assign(g, { strokeStyle: color, lineWidth: 3 });
    g.beginPath();
    g.moveTo(x, y);
    g.lineTo(x + 32, y);
    g.stroke();
  } else {
    g.fillStyle = color;
    g.fillRect(x, y - 7, 14, 14);
    Object.assign(g, { fillStyle: theme.muted });
    for (let k = 0; k < (hatched ? 3 : 0); k++) g.fillRect(x + 2 + 4 * k, y - 7, 2, 14);
  }
  g.restore();
}

/** How large the figure is, and its drawing: `ruler` is any context, `draw(g)` draws on any. */
export function compose(ruler, figures, about) {
  const size = blocks(ruler, figures, about).reduce((sum, { height }) => sum + height, 2 * EDGE);
  const [width, height] = [WIDE, Math.ceil(size)];
  return {
    width,
    height,
    draw(g) {
      g.fillStyle = theme.background;
      g.fillRect(0, 0, width, height);
      let y = EDGE;
      for (const block of blocks(g, figures, about)) {
        block.draw(y);
        y += block.height;
      }
    },
  };
}
