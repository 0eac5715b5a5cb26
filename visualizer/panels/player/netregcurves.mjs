// The losses of one side, without or with a change: lines of means, bands over seeds, the gap between test and training.

import { axisOf, drawBand, drawLine, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";

export const SERIES = ["train", "validation", "test"];
const [TRAIN, , TEST] = [0, 1, 2];
const CEILING = 1.15; // of the highest mean after the beginning: a band may leave the picture
const BEGIN = 0.02;   // of the steps, in which losses fall from anywhere

/** The axes that both sides share. */
export function scalesOf(lines, at, kind) {
  const from = at.findIndex((step) => step >= BEGIN * at.at(-1));
  const known = (which) => lines.flatMap((side) => side.flatMap((line) => [...line[which].subarray(which ? from : from)])).filter(Number.isFinite);
  const means = known(0);
  if (!means.length) return { up: axisOf("linear", 0, 1), last: at.at(-1) };
  const band = Math.max(...known(2), 1e-9);
  const top = Math.min(Math.max(...means) * 1.6, Math.max(Math.max(...means) * CEILING, band));
  if (kind === "log") {
    const floor = Math.max(Math.min(...means.filter((value) => value > 0)), top * 1e-6);
    return { up: axisOf("log", floor / 1.3, top * 1.1), last: at.at(-1) };
  }
  return { up: axisOf("linear", 0, top * 1.04), last: at.at(-1) };
}

/** One panel. `data` has lines, at, rows; `side` is 0 without, 1 with the change. */
export function drawSide(g, box, data, side, { scales, size, color, title, first, stopped, words }) {
  const [x0, y0, width, tall] = box;
  const { up, last } = scales;
  const put = (value) => (up.kind === "log" ? Math.max(value, up.low) : value);
  const x = (step) => x0 + (width * step) / last;
  const y = (value) => y0 + (1 - Math.min(2, Math.max(-1, up.share(put(value))))) * tall;
  const line = (values) => data.at.flatMap((step, k) => (Number.isFinite(values[k]) ? [[x(step), y(values[k])]] : []));
  axes(g, box, scales, { size, title, first, words });
  within(g, box, () => {
    const [train, validation, test] = data.lines[side];
    drawBand(g, line(train[0]), line(test[0]), color, 0.13);
    if (data.rows.length > 1) {
      drawBand(g, line(train[1]), line(train[2]), theme.text, 0.14);
      drawBand(g, line(test[1]), line(test[2]), color, 0.24);
    }
    drawLine(g, line(validation[0]), { color: theme.muted, dash: [2, 3] }, 1.3);
    drawLine(g, line(train[0]), { color: theme.text, dash: [6, 4] }, 1.7);
    drawLine(g, line(test[0]), { color, dash: [] }, 2.4);
  });
  stops(g, box, data, side, { x, y, size, color, stopped });
}

/** Where each seed's validation loss is lowest: small marks below; on what early stopping leaves, the losses there. */
function stops(g, [, y0, , tall], data, side, { x, y, size, color, stopped }) {
  const count = data.at.length;
  for (const { stop, loss } of data.rows) {
    const at = x(data.at[stop[side]]);
    g.globalAlpha = stopped ? 0.9 : 0.5;
    g.fillStyle = stopped ? color : theme.muted;
    g.beginPath();
    g.moveTo(at, y0 + tall - 0.7 * size);
    g.lineTo(at - 0.33 * size, y0 + tall);
    g.lineTo(at + 0.33 * size, y0 + tall);
    g.fill();
    g.globalAlpha = 1;
    if (!stopped) continue;
    const value = y(loss[(side * count + stop[side]) * SERIES.length + TEST]);
    Object.assign(g, { strokeStyle: color, fillStyle: theme.background, lineWidth: 1.6 });
    g.beginPath();
    g.arc(at, value, 0.3 * size, 0, 2 * Math.PI);
    g.fill();
    g.stroke();
  }
}

function axes(g, [x0, y0, width, tall], { up, last }, { size, title, first, words }) {
  Object.assign(g, { font: `600 ${size}px ${theme.font}`, fillStyle: theme.text, textAlign: "left", textBaseline: "bottom" });
  g.fillText(title, x0, y0 - 0.3 * size);
  Object.assign(g, { font: `${size}px ${theme.font}`, fillStyle: theme.muted, strokeStyle: theme.border, lineWidth: 1 });
  if (first) {
    const after = g.measureText(`${title}   `).width;
    g.textAlign = "left";
    if (after + g.measureText(words.loss).width < width) g.fillText(words.loss, x0 + after + size, y0 - 0.3 * size);
  }
  g.textBaseline = "middle";
  for (const [share, text] of up.ticks(Math.max(2, tall / (3 * size)))) {
    const y = Math.round(y0 + (1 - share) * tall) + 0.5;
    if (y < y0 - 1) continue;
    g.beginPath();
    g.moveTo(x0, y);
    g.lineTo(x0 + width, y);
    g.stroke();
    g.textAlign = "right";
    if (first) g.fillText(text, x0 - 0.5 * size, y);
  }
  g.textBaseline = "top";
  const across = axisOf("linear", 0, last);
  const edge = g.measureText(words.step).width + 3 * size;
  for (const [share, text] of across.ticks(Math.max(2, width / (7 * size)))) {
    const x = Math.round(x0 + share * width);
    g.fillRect(x, y0 + tall, 1, 4);
    g.textAlign = share === 0 ? "left" : "center";
    if (x < x0 + width - edge) g.fillText(text, x, y0 + tall + 6);
  }
  g.textAlign = "right";
  g.fillText(words.step, x0 + width, y0 + tall + 6);
}
