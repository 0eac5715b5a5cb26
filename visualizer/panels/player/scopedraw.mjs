// The marks of an update on a canvas. Each differs from every other in dash, weight or head as well as in color.

import { drawHead } from "./glyphs.mjs";
import { isLarge } from "./panel.mjs";
import { placeNames } from "./scopenames.mjs";
import { theme } from "./theme.mjs";

const TURN = 2 * Math.PI;
const HUES = {
  light: { m: "#8a1fb0", decay: "#b3261e", rate: "#00707c" },
  dark: { m: "#dba6f7", decay: "#ff9a8f", rate: "#5bd0dc" },
};

/** How a mark is drawn: [color, width, dash, head]. `run` is the color of the run it belongs to. */
export function lookOf(name, run) {
  const hue = HUES[theme.dark ? "dark" : "light"];
  return {
    step: { color: run, width: 6.5, dash: [], head: "full" },
    g: { color: theme.text, width: 2, dash: [], head: "open" },
    clipped: { color: theme.text, width: 3.6, dash: [], head: "bar" },
    z_next: { color: theme.text, width: 1.8, dash: [7, 3], head: "full" },
    m: { color: hue.m, width: 2.4, dash: [], head: "full" },
    before: { color: hue.m, width: 1.8, dash: [5, 3.5], head: "open" },
    decay: { color: hue.decay, width: 3, dash: [2, 3], head: "bar" },
    rest: { color: theme.text, width: 1.8, dash: [2, 3.5], head: "open" },
    rate: { color: hue.rate, width: 1.8, dash: [8, 3, 2, 3], head: "" },
    axes: { color: theme.text, width: 1.3, dash: [1.5, 3], head: "" },
  }[name] ?? { color: theme.text, width: 1.8, dash: [], head: "" };
}

const HEAD = 9;     // px, whatever the arrow's length
const SPREAD = 0.42; // radians
const SHORT = 0.6;  // of an arrow's length at most: a short one has a short head

function barbs({ x, y, dx, dy }, size) {
  const [angle, tipX, tipY] = [Math.atan2(dy, dx), x + dx, y + dy];
  return [1, -1].map((side) => [tipX - size * Math.cos(angle + side * SPREAD), tipY - size * Math.sin(angle + side * SPREAD)]);
}

/** Lines of an arrow, to be stroked, and its full head, to be filled. */
function trace(g, arrow, look, fill) {
  const { x, y, dx, dy } = arrow;
  const length = Math.hypot(dx, dy);
  const size = Math.min(HEAD + look.width, SHORT * length);
  const [tipX, tipY] = [x + dx, y + dy];
  const [one, other] = barbs(arrow, size);
  g.beginPath();
  if (look.head === "full" && fill) {
    g.moveTo(tipX, tipY);
    g.lineTo(...one);
    g.lineTo(...other);
    g.closePath();
    g.fill();
    g.beginPath();
  }
  const shaft = look.head === "full" ? 1 - (0.8 * size) / length : 1;
  g.setLineDash(fill ? look.dash : []);
  g.moveTo(x, y);
  g.lineTo(x + dx * shaft, y + dy * shaft);
  g.stroke();
  g.setLineDash([]);
  g.beginPath();
  if (look.head === "open") {
    g.moveTo(...one);
    g.lineTo(tipX, tipY);
    g.lineTo(...other);
  } else if (look.head === "bar") {
    const [nx, ny] = [(-dy / length) * 6, (dx / length) * 6];
    g.moveTo(tipX + nx, tipY + ny);
    g.lineTo(tipX - nx, tipY - ny);
  } else if (look.head === "full" && !fill) {
    g.moveTo(tipX, tipY);
    g.lineTo(...one);
    g.lineTo(...other);
    g.closePath();
  }
  if (arrow.cut && size > 4) { // two strokes across it: it goes on
    const [ux, uy] = [dx / length, dy / length];
    for (const at of [0.72, 0.76]) {
      const [cx, cy] = [x + dx * at, y + dy * at];
      g.moveTo(cx - 5 * uy - 2 * ux, cy + 5 * ux - 2 * uy);
      g.lineTo(cx + 5 * uy + 2 * ux, cy - 5 * ux + 2 * uy);
    }
  }
  g.stroke();
}

/** Arrows in this order. All halos go below all lines: -g and -m often lie on the step, and must not wipe it out. */
function drawArrows(g, arrows, run) {
  g.lineJoin = "round";
  for (const halo of [true, false]) {
    for (const arrow of arrows) {
      const look = lookOf(arrow.name, run);
      g.lineCap = arrow.name === "step" ? "butt" : "round";
      g.strokeStyle = g.fillStyle = halo ? theme.halo : look.color;
      g.lineWidth = look.width + (halo ? 3.5 : 0);
      trace(g, arrow, look, !halo);
    }
  }
}

/** Square, triangle, hexagon, ring, caret: a shape for each kind of point, none of them that of a stationary one. */
const CORNERS = { y: 4, z: 3, slow: 6, base: 0, ascent: 5 };

export function drawSpot(g, { name, x, y }, radius = 5) {
  const corners = CORNERS[name] ?? 8;
  g.beginPath();
  if (!corners) g.arc(x, y, radius - 0.5, 0, TURN);
  for (let i = 0; i < corners; i++) {
    const angle = (corners === 4 ? TURN / 8 : -TURN / 4) + (TURN * i) / corners;
    g.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  g.closePath();
  g.strokeStyle = theme.halo;
  g.lineWidth = 5;
  g.stroke();
  g.fillStyle = theme.background;
  g.fill();
  g.strokeStyle = theme.text;
  g.lineWidth = 1.8;
  g.stroke();
}

export function drawEllipse(g, { x, y, rx, ry }) {
  const { color, width, dash } = lookOf("rate");
  g.beginPath();
  g.ellipse(x, y, rx, ry, 0, 0, TURN);
  g.globalAlpha = 0.09;
  g.fillStyle = color;
  g.fill();
  g.globalAlpha = 1;
  g.strokeStyle = theme.halo;
  g.lineWidth = width + 2;
  g.stroke();
  g.setLineDash(dash);
  g.strokeStyle = color;
  g.lineWidth = width;
  g.stroke();
  g.setLineDash([]);
}

/** The Hessian's axes about (x, y); `ends` as axesOf in frame.mjs gives them. */
export function drawAxes(g, x, y, ends) {
  const { color, width } = lookOf("axes");
  for (const { x: dx, y: dy, down } of ends) {
    g.globalAlpha = 0.75;
    g.setLineDash(down ? [1.5, 4.5] : [4, 3]);
    g.lineWidth = width;
    g.strokeStyle = color;
    g.beginPath();
    g.moveTo(x - dx, y - dy);
    g.lineTo(x + dx, y + dy);
    g.stroke();
  }
  g.setLineDash([]);
  g.globalAlpha = 1;
}

function drawNames(g, marks, { run, ...words }, box) {
  g.font = `600 ${isLarge(box[3]) ? 14 : 12}px ${theme.font}`;
  g.textAlign = "center";
  g.textBaseline = "middle";
  g.lineJoin = "round";
  for (const { name, text, x, y } of placeNames(marks, { ...words, wideOf: (one) => g.measureText(one).width / 2 }, box)) {
    g.lineWidth = 4;
    g.strokeStyle = theme.halo;
    g.strokeText(text, x, y);
    g.fillStyle = lookOf(name, run).color;
    g.fillText(text, x, y);
  }
}

/** All marks, with theta at (x, y), in a box [left, top, width, height]; `style` has {run, texts, comma, ends, blocked}. */
export function drawMarks(g, marks, style, box) {
  const { run, ends = [] } = style;
  drawAxes(g, marks.x, marks.y, ends);
  if (marks.ellipse) drawEllipse(g, marks.ellipse);
  // The widest goes below: -g and -m may lie on the step.
  const order = ["step", "decay", "rest", "before", "m", "g", "clipped", "z_next"];
  drawArrows(g, order.flatMap((name) => marks.arrows.filter((arrow) => arrow.name === name)), run);
  for (const point of marks.points) drawSpot(g, point);
  drawHead(g, marks.x, marks.y, run, theme.background, 5);
  drawNames(g, marks, style, box);
}
