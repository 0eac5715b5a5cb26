// The colors of a slice and the losses that they stand for; the same for all its maps.

import { createLayer } from "./layer.mjs";
import { theme } from "./theme.mjs";
import { el } from "./ui.mjs";

const WIDE = 9;    // px of the colors
const SIZE = 11;   // px of the numbers, if they are small
export const COLORS = 44; // px of all of it

/** The color of a share of the scale. */
export function colorAt(share) {
  const pen = (colorAt.pen ??= Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true }));
  const gradient = pen.createLinearGradient(0.5 - share, 0, 1.5 - share, 0);
  theme.scale.forEach(([at, color]) => gradient.addColorStop(at, color));
  pen.fillStyle = gradient;
  pen.fillRect(0, 0, 1, 1);
  return `rgb(${pen.getImageData(0, 0, 1, 1).data.slice(0, 3).join(", ")})`;
}

export function createColors() {
  const frame = el("div", { class: "dl-ls-colors", "aria-hidden": "true" });
  const layer = createLayer(frame);
  layer.canvas.classList.add("dl-still");
  let [tall, size] = [0, SIZE];

  return {
    frame,
    /** Beside maps so many px high; those of before if not given. */
    draw(scale, side = tall, letters = size) {
      [tall, size] = [side, letters];
      const wide = Math.ceil((COLORS * size) / SIZE);
      Object.assign(frame.style, { width: `${wide}px`, height: `${side + 8}px` });
      layer.fit([0, 0, wide, side + 8]);
      layer.clear();
      if (!scale || !side) return;
      const { g } = layer;
      const top = 2;
      const gradient = g.createLinearGradient(0, top + side, 0, top);
      theme.scale.forEach(([at, color]) => gradient.addColorStop(at, color));
      g.fillStyle = gradient;
      g.fillRect(4, top, WIDE, side);
      g.strokeStyle = theme.border;
      g.strokeRect(3.5, top - 0.5, WIDE + 1, side + 1);
      g.font = `${size}px ${theme.font}`;
      Object.assign(g, { fillStyle: theme.muted, textAlign: "left", textBaseline: "middle" });
      for (const { at, text } of scale.ticks(Math.max(3, side / (2.2 * size)))) {
        const y = top + side * (1 - (at - scale.low) / (scale.high - scale.low));
        g.fillText(text, 8 + WIDE, Math.max(size / 2 + 1, Math.min(side - size / 2 + 4, y)));
      }
    },
  };
}
