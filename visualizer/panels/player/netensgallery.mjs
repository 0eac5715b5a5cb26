// What members answer, in small pictures, and what they answer together, in a large one, dotted where they disagree. Of
// images those about which they disagree most, with their votes.

import { drawAnswer, drawCurves } from "./netanswer.mjs";
import { drawTile, SIDE } from "./netensimage.mjs";
import { brief } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";

const GAP = 6;
const ROW = 6;      // tiles in a row, at most
const DOT = 0.42;   // of the distance between two dots: the largest dot's radius
const FINE = 5.5;   // px between dots, in letters of 11

export function paintGallery(g, w, h, size, data, words) {
  if (data.parts.doubts) return paintDoubts(g, w, h, size, data.parts.doubts, data, words);
  return words.points.inputs === 1 ? paintLines(g, w, h, size, data, words) : paintPlanes(g, w, h, size, data, words);
}

/** The share of mistakes, or the loss, as a number alone. */
const wrongOf = (about, one) => (about.task === "classes" && one.mistakes[1] !== null ? brief(100 * one.mistakes[1], 3) : brief(one.loss[1] ?? NaN, 3));

/** The same in words, of what they answer together. */
const says = (say, { about, mean }) => say(about.task === "classes" ? "wrong" : "lost", { value: wrongOf(about, mean) });

/** The boxes of the large picture and of the tiles below it. */
function layout(w, h, size, count, ratio) {
  const rows = Math.ceil(count / ROW);
  const columns = Math.ceil(count / rows);
  const head = 1.6 * size;
  const foot = 1.5 * size;
  const width = Math.min((w - GAP * (columns - 1)) / columns, 0.3 * w);
  const tall = Math.min(width / ratio, (0.36 * h) / rows - foot);
  const below = rows * (tall + foot) + GAP;
  const high = Math.min(h - head - below, w / ratio);
  const wide = high * ratio;
  const whole = columns * tall * ratio + GAP * (columns - 1);
  const tiles = Array.from({ length: count }, (_, k) => {
    const [row, column] = [Math.floor(k / columns), k % columns];
    return [(w - whole) / 2 + column * (tall * ratio + GAP), head + high + GAP + row * (tall + foot), tall * ratio, tall];
  });
  return [[(w - wide) / 2, head, wide, high], ...tiles].map((box) => box.map(Math.round));
}

function paintPlanes(g, w, h, size, data, { points, color, say }) {
  const [x0, x1, y0, y1] = points.window;
  const count = data.about.members;
  const [large, ...tiles] = layout(w, h, size, count, (x1 - x0) / (y1 - y0));
  Object.assign(g, { font: `${size}px ${theme.font}`, textAlign: "center" });
  tiles.forEach((box, k) => {
    const one = data.members[k];
    if (!one) return frame(g, box, true);
    drawAnswer(g, box, data.about, one.picture, 0, { points, color, width: 1.3, dots: false });
    frame(g, box);
    Object.assign(g, { fillStyle: theme.muted, textBaseline: "top" });
    g.fillText(wrongOf(data.about, one) + (data.about.task === "classes" ? "%" : ""), box[0] + box[2] / 2, box[1] + box[3] + 2);
  });
  if (!data.mean) return { boxes: [large, ...tiles], apart: true, still: true };
  drawAnswer(g, large, data.about, data.mean.picture, 0, { points, color, width: 2.2 });
  if (data.mean.spread) halftone(g, large, data, Math.log(points.outputs), (FINE * size) / 11);
  frame(g, large);
  Object.assign(g, { font: `600 ${size}px ${theme.font}`, fillStyle: theme.text, textBaseline: "bottom", textAlign: "center" });
  g.fillText(say(`title_${data.mean.name}`, { count: data.mean.count ?? "", wrong: says(say, data) }), w / 2, large[1] - 3);
  return { boxes: [large, ...tiles], apart: true, still: true };
}

function frame(g, [x, y, w, h], empty = false) {
  g.setLineDash(empty ? [2, 3] : []);
  Object.assign(g, { strokeStyle: theme.border, lineWidth: 1 });
  g.strokeRect(x - 0.5, y - 0.5, w + 1, h + 1);
  g.setLineDash([]);
}

/** Dots, the larger the more members disagree; `most` is how much they could. */
function halftone(g, [left, top, w, h], { mean, about }, most, fine) {
  const [nx, ny] = about.grid;
  g.fillStyle = theme.text;
  for (let y = fine / 2, row = 0; y < h; y += fine * 0.866, row++) {
    for (let x = fine / 2 + (row % 2) * (fine / 2); x < w; x += fine) {
      const node = Math.round((1 - y / h) * (ny - 1)) * nx + Math.round((x / w) * (nx - 1));
      const r = DOT * fine * Math.sqrt(Math.min(1, mean.spread[node] / most));
      if (!(r > 0.35)) continue;
      g.beginPath();
      g.arc(left + x, top + y, r, 0, 2 * Math.PI);
      g.fill();
    }
  }
}

function paintLines(g, w, h, size, data, { points, color, say }) {
  const box = [0, 1.6 * size, w, h - 1.8 * size];
  const curves = data.members.filter(Boolean).map((one) => one.picture);
  const { grid } = data.about;
  if (data.mean?.spread) {
    const [x0, x1, y0, y1] = points.window;
    const at = (k, value) => [box[0] + (box[2] * k) / (grid - 1), box[1] + (box[3] * (y1 - value)) / (y1 - y0)];
    g.save();
    g.beginPath();
    g.rect(...box);
    g.clip();
    g.beginPath();
    for (let k = 0; k < grid; k++) g.lineTo(...at(k, data.mean.picture[k] + data.mean.spread[k]));
    for (let k = grid - 1; k >= 0; k--) g.lineTo(...at(k, data.mean.picture[k] - data.mean.spread[k]));
    Object.assign(g, { fillStyle: color, globalAlpha: 0.18 });
    g.fill();
    g.restore();
  }
  drawCurves(g, box, data.about, curves, { points, color, width: 1, alpha: 0.55 });
  if (data.mean) {
    drawCurves(g, box, data.about, [data.mean.picture], { points, color: theme.halo, width: 5, dots: false });
    drawCurves(g, box, data.about, [data.mean.picture], { points, color, width: 2.6, dots: false });
    Object.assign(g, { font: `600 ${size}px ${theme.font}`, fillStyle: theme.text, textBaseline: "bottom", textAlign: "left" });
    g.fillText(say(`title_${data.mean.name}`, { count: data.mean.count ?? "", wrong: says(say, data) }), box[0], box[1] - 3);
  }
  frame(g, [box[0] + 1, box[1], box[2] - 2, box[3]]);
  return { boxes: [box], apart: true, still: true };
}

const doubtBoxes = (w, h, size, count) => {
  const columns = Math.ceil(count / 2);
  const [wide, tall] = [w / columns, (h - 1.8 * size) / 2];
  return Array.from({ length: count }, (_, k) => [(k % columns) * wide, 1.8 * size + Math.floor(k / columns) * tall, wide, tall]);
};

function paintDoubts(g, w, h, size, { said, truth, votes, images }, data, { say }) {
  Object.assign(g, { font: `600 ${size}px ${theme.font}`, fillStyle: theme.text, textBaseline: "top", textAlign: "left" });
  g.fillText(say("doubts"), 0, 0);
  const boxes = doubtBoxes(w, h, size, said.length);
  boxes.forEach(([x, y, wide, tall], k) => {
    const side = Math.min(wide - 8, tall - 4.6 * size);
    drawTile(g, images.subarray(k * SIDE * SIDE, (k + 1) * SIDE * SIDE), x + (wide - side) / 2, y, side);
    const right = said[k] === truth[k];
    Object.assign(g, { font: `600 ${size}px ${theme.font}`, fillStyle: theme.text, textAlign: "center" });
    g.fillText(`${said[k]} ${right ? "✓" : `✗ ${say("is", { digit: truth[k] })}`}`, x + wide / 2, y + side + 4);
    Object.assign(g, { font: `${size}px ${theme.font}`, fillStyle: theme.muted });
    votesOf(votes, said.length, k).slice(0, 3).forEach(([digit, many], i) => g.fillText(`${digit} × ${many}`, x + wide / 2, y + side + 4 + (i + 1.15) * 1.15 * size));
  });
  return { boxes, apart: true, still: true };
}

/** [class, votes] of image k, the most first. */
function votesOf(votes, count, k) {
  const classes = votes.length / count;
  return Array.from(votes.subarray(k * classes, (k + 1) * classes), (many, digit) => [digit, many]).filter(([, many]) => many).sort((a, b) => b[1] - a[1]);
}

/** What is to be read at a place of the gallery. */
export function tellGallery({ say, points }, data, box, share, panel, y) {
  if (data.parts.doubts) {
    const { said, truth, votes } = data.parts.doubts;
    return `${say("digit", { truth: truth[panel], said: said[panel] })} · ${votesOf(votes, said.length, panel).map(([digit, many]) => `${digit} × ${many}`).join(", ")}`;
  }
  const scores = (one) => [say("read_loss", { test: exact(one.loss[1] ?? NaN), train: exact(one.loss[0] ?? NaN) }), data.about.task === "classes" ? say("read_wrong", { test: exact(one.mistakes[1] ?? NaN) }) : ""].filter(Boolean);
  if (panel) {
    const one = data.members[panel - 1];
    return one ? [nameOf(say, data, one), ...scores(one)].join(" · ") : "";
  }
  if (!data.mean) return "";
  const [x0, x1, y0, y1] = points.window;
  const x = x0 + share * (x1 - x0);
  if (points.inputs === 1) {
    const k = Math.round(share * (data.about.grid - 1));
    const near = data.mean.spread ? [say("deviation", { value: exact(data.mean.spread[k]) })] : [];
    return [`x ${brief(x, 4)}`, say("answer", { value: exact(data.mean.picture[k]) }), ...near, ...scores(data.mean)].join(" · ");
  }
  const up = Math.max(0, Math.min(1, 1 - (y - box[1]) / box[3]));
  const [nx, ny] = data.about.grid;
  const node = Math.round(up * (ny - 1)) * nx + Math.round(share * (nx - 1));
  const differ = data.mean.spread ? [say("differ", { value: exact(data.mean.spread[node]) })] : [];
  return [`(${brief(x, 3)}, ${brief(y0 + up * (y1 - y0), 3)})`, ...differ, ...scores(data.mean)].join(" · ");
}

/** What a member is called: its seed, or the step that it is of. */
export const nameOf = (say, data, one) => (one.at === undefined ? say("member", { number: one.place + 1 }) : say("snapshot", { step: one.at }));
