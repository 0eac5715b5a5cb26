// The plot of sharpness: eigenvalues over the steps on a logarithmic axis, and the edges of stability.

import { axisOf, drawAxes, drawLine, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { runName } from "./tracks.mjs";
import { brief } from "./numbers.mjs";

const EDGE = [7, 5];  // dash of an edge
const DECADES = { plain: 5, share: 3 }; // shown below the top at most
const ABOVE = 6;      // an edge that is so many times further up than all that is seen is not the picture
const NEAR = 18;      // px around a point that are the point
const SIZE = 12;

/** @returns {{place: number, name: string, color: string, dash: number[], path: object}[]} */
export function learnersOf(store, places, paths) {
  const { runs } = store.state.header.scenario;
  return places.flatMap((place, i) => {
    if (!runs[place] || !paths[i]) return [];
    const slot = runs[place].color % theme.paths.length;
    return [{ place, name: runName(store, place), color: theme.paths[slot], dash: theme.dashes[slot], path: paths[i] }];
  });
}

/** What is drawn of eigenvalue i at a snapshot: itself, or its share of the edge; NaN where there is none. */
export function shownAt({ measure, k }, { value, threshold }, snapshot, i = 0) {
  const own = value[snapshot * k + i];
  return measure === "share" ? (threshold ? own / threshold[snapshot] : NaN) : own;
}

export function scalesOf(about, learners, last) {
  const values = [];
  const edges = about.measure === "share" ? [1] : [];
  for (const { path } of learners) {
    path.about.at.forEach((_, s) => {
      for (let i = 0; i < about.k; i++) {
        const value = shownAt(about, path, s, i);
        if (value > 0 && Number.isFinite(value)) values.push(value);
      }
    });
    if (about.measure === "plain" && path.threshold) edges.push(...middle(path.threshold));
  }
  const finite = edges.filter((edge) => edge > 0 && Number.isFinite(edge));
  const most = values.length ? Math.max(...values) : Math.max(1, ...finite);
  const tops = finite.filter((edge) => edge < most * 10 ** ABOVE);
  const high = Math.max(most, ...tops);
  const low = Math.max(Math.min(...(values.length ? values : [most]), ...tops), high * 10 ** -DECADES[about.measure]);
  const room = Math.max(1.25, (high / low) ** 0.13); // for an edge's label
  return { across: axisOf("linear", 0, Math.max(1, last)), up: axisOf("log", low / Math.min(room, 1.5), high * room) };
}

/** Of edges that move, what is not at the ends: a rate on its way to 0 has an edge without an end. */
function middle(threshold) {
  const sorted = [...threshold].filter(Number.isFinite).sort((a, b) => a - b);
  return sorted.length ? [sorted[0], sorted[sorted.length >> 1]] : [];
}

export function paintSharpness(g, box, store, about, learners, { across, up }, size = SIZE) {
  const name = store.say(`net_sharpness.up_${about.measure}`);
  drawAxes(g, box, { axis: across, label: store.say("net_sharpness.across") }, { axis: up, label: name }, { ruled: true, size });
  const x = (step) => box[0] + across.share(step) * box[2];
  const y = (value) => box[1] + (1 - up.share(value)) * box[3];
  const labels = [];
  within(g, box, () => {
    for (let i = about.k - 1; i >= 0; i--) {
      for (const { path, color, dash } of learners) {
        const { at } = path.about;
        const known = at.flatMap((step, s) => (path.value[s * about.k + i] === path.value[s * about.k + i] ? [[x(step), y(shownAt(about, path, s, i))]] : []));
        g.save();
        g.globalAlpha = i ? 0.65 : 1;
        pieces(known).forEach((piece) => drawLine(g, piece.length > 1 ? piece : [piece[0], [piece[0][0] + 0.1, piece[0][1]]], { color, dash }, i ? 1.2 : 2.2));
        g.restore();
      }
    }
    for (const { path, color } of edgesOf(about, learners)) {
      const { at } = path.about;
      pieces(at.map((step, s) => [x(step), y(path.threshold[s])])).forEach((piece) => drawEdge(g, piece, color));
      const end = path.threshold.at(-1);
      labels.push({ text: store.say("net_sharpness.edge_at", { edge: brief(end, 4) }), y: y(end), color });
    }
    if (about.measure === "share") {
      drawEdge(g, [[x(0), y(1)], [box[0] + box[2], y(1)]], theme.text);
      labels.push({ text: store.say("net_sharpness.edge"), y: y(1), color: theme.text });
    }
  });
  write(g, box, labels, size);
}

/** Whose edges are drawn; one that several have in common is nobody's color. */
function edgesOf({ measure }, learners) {
  if (measure === "share") return [];
  const found = new Map();
  for (const { path, color } of learners) {
    if (!path.threshold) continue;
    const key = path.threshold.join();
    found.set(key, { path, color: found.has(key) ? theme.text : color });
  }
  return [...found.values()];
}

/** Thin, and above a curve that hovers about it. */
function drawEdge(g, points, color) {
  g.save();
  g.setLineDash(EDGE);
  g.strokeStyle = color;
  g.lineWidth = 1.4;
  g.beginPath();
  points.forEach(([x, y]) => g.lineTo(x, y));
  g.stroke();
  g.restore();
}

/** A line in pieces: what cannot be drawn on a logarithmic axis parts it. */
function pieces(points) {
  const found = [[]];
  for (const point of points) {
    if (Number.isFinite(point[1])) found.at(-1).push(point);
    else if (found.at(-1).length) found.push([]);
  }
  return found.filter((piece) => piece.length);
}

/** Labels at the right end, above their lines, apart from each other. */
function write(g, [x0, y0, width, tall], labels, size) {
  g.save();
  g.font = `${size}px ${theme.font}`;
  g.textAlign = "right";
  g.textBaseline = "bottom";
  g.lineJoin = "round";
  let under = y0;
  for (const { text, y, color } of labels.filter((one) => one.y >= y0 && one.y <= y0 + tall).sort((a, b) => a.y - b.y)) {
    const at = Math.max(y - 3, under + size * 1.15);
    under = at;
    g.strokeStyle = theme.background;
    g.lineWidth = 4;
    g.strokeText(text, x0 + width - 6, at);
    g.fillStyle = color;
    g.fillText(text, x0 + width - 6, at);
  }
  g.restore();
}

/** The learner and the snapshot whose point is nearest to the pointer, if one is near. */
export function nearest(frame, event, { box, scales }, about, learners) {
  const at = frame.getBoundingClientRect();
  const [px, py] = [event.clientX - at.left, event.clientY - at.top];
  let [found, off] = [null, NEAR];
  for (const learner of learners) {
    learner.path.about.at.forEach((step, snapshot) => {
      const x = box[0] + scales.across.share(step) * box[2];
      if (Math.abs(x - px) > off) return;
      for (let i = 0; i < about.k; i++) {
        const y = box[1] + (1 - scales.up.share(shownAt(about, learner.path, snapshot, i))) * box[3];
        const far = Math.hypot(x - px, y - py);
        if (far < off) [found, off] = [{ learner, snapshot }, far];
      }
    });
  }
  return found;
}
