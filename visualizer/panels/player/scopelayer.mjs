// The microscope over the contour: the marks of the update that leaves the play position, larger in a corner of their own
// where they would be too small to see; and the clicks on heads that open it.

import { axesOf } from "./frame.mjs";
import { clipped, createLayer } from "./layer.mjs";
import { count } from "./numbers.mjs";
import { scope, numbersOf, updateAt } from "./scope.mjs";
import { drawMarks } from "./scopedraw.mjs";
import { clippedOf, magnification, marksOf } from "./scopemarks.mjs";
import { theme } from "./theme.mjs";
import { tracksOf } from "./tracks.mjs";

const TINY = 26;     // px; a step that is shorter is also shown larger
const WANTED = 0.36;  // of the inset's side: how long the step becomes there
const LARGEST = 230; // px; the inset's side
const MARGIN = 8;
const LONGEST = 0.42; // of the picture's shorter side: how long -g and -m may become
const NEARBY = 60;   // points of the path to each side that the inset shows
const FAR = 4000;    // px
const GRAB = 12;     // px around a head that are the head

const NAMED = ["step", "g", "clipped", "m", "before", "decay", "rest", "y", "z", "z_next", "slow", "base", "ascent"];

/** Where the heads are now: {run, x, y} in pixels. */
function headsOf(store, map) {
  const { state, clock } = store;
  return tracksOf(state).filter((track) => track.visible && track.count).map((track) => {
    const row = track.from + Math.min(Math.floor(clock.t), track.count - 1);
    return { run: track.run, x: map.x(state.path[2 * row]), y: map.y(state.path[2 * row + 1]) };
  });
}

/**
 * @param {Element | null} host the contour's panel; null where the marks are painted elsewhere
 * @param {() => object | null} getMap plane -> pixels, see contour.mjs
 */
export function createScopeLayer(host, store, getMap) {
  const layer = createLayer(host);
  layer.canvas.hidden = true;
  layer.canvas.classList.add("dl-scope-layer");
  let shown = ""; // what is on the canvas

  function view(map) {
    const [unitX, unitY] = [map.x(1) - map.x(0), map.y(1) - map.y(0)];
    return { unitX, unitY, longest: LONGEST * Math.min(map.clip[2], map.clip[3]), flat: Boolean(store.state.header.timed) };
  }

  function look(rows) {
    const track = tracksOf(store.state)[rows.run];
    const texts = Object.fromEntries(NAMED.map((name) => [name, store.say(`scope.${name}_mark`)]));
    return { run: track.color, texts, comma: store.lang === "zh" ? "\u3001" : ", " };
  }

  function draw(t, force = false) {
    const map = getMap();
    const rows = map && scope.rows(store);
    const on = Boolean(rows?.updates);
    if (layer.canvas.hidden === on) layer.canvas.hidden = !on;
    if (!on) {
      shown = "";
      return;
    }
    const k = updateAt(rows, t);
    if (!force && shown === `${rows.run}:${k}`) return;
    shown = `${rows.run}:${k}`;
    layer.fit(map.clip);
    layer.clear();
    paint(layer.g, rows, k, map);
  }

  /** The marks of update k, on any context. */
  function paint(g, rows, k, map) {
    const now = { ...numbersOf(rows, k), clipped: clippedOf(rows, k) };
    const at = [map.x(now.theta[0]), map.y(store.state.header.timed ? k : now.theta[1])];
    const seen = { x: at[0], y: at[1], ...view(map) };
    const marks = { ...marksOf(now, seen), x: at[0], y: at[1] };
    const style = look(rows);
    const step = marks.arrows.find(({ name }) => name === "step");
    const length = step ? Math.hypot(step.dx, step.dy) : NaN;
    if (length < TINY) {
      magnify(g, now, rows, marks, length, style, map.clip, seen);
    } else {
      const ends = store.state.header.timed ? [] : axesOf(now.frame, map);
      clipped(g, map.clip, () => drawMarks(g, marks, { ...style, ends }, map.clip));
    }
  }

  /** Where the magnified part is. */
  function ring(g, [x, y]) {
    for (const [color, width] of [[theme.halo, 4.5], [theme.text, 1.6]]) {
      g.beginPath();
      g.arc(x, y, 9, 0, 2 * Math.PI);
      g.strokeStyle = color;
      g.lineWidth = width;
      g.stroke();
    }
  }

  /** The same marks in a square in the corner that is farthest from them; points too far away for it stay outside. */
  function magnify(g, now, rows, { points, arrows }, length, style, [left, top, width, height], seen) {
    const side = Math.round(Math.min(LARGEST, 0.46 * width, 0.46 * height));
    const far = [seen.x < left + width / 2, seen.y < top + height / 2]; // theta is left, is above
    // The inspector's panel takes the corner across; so this takes the one below or above theta while that is open.
    const across = store.state.header.inspected ? !far[0] : far[0];
    const [x0, y0] = [across ? left + width - side - MARGIN : left + MARGIN, far[1] ? top + height - side - MARGIN : top + MARGIN];
    const times = magnification(length, WANTED * side);
    const [x, y] = [x0 + side / 2, y0 + side / 2];
    const larger = { ...seen, x, y, unitX: seen.unitX * times, unitY: seen.unitY * times, longest: 0.44 * side };
    const marks = { ...marksOf(now, larger), x, y };
    const ends = seen.flat ? [] : axesOf(now.frame, { x: (v) => v * larger.unitX, y: (v) => v * larger.unitY });
    const afar = (place) => Math.max(Math.abs(place.x - seen.x), Math.abs(place.y - seen.y)) * times > side / 2;
    const apart = { ...marks, points: points.filter(afar), arrows: arrows.filter((arrow) => arrow.name === "z_next" && afar(arrow)) };
    clipped(g, [left, top, width, height], () => {
      leaders(g, seen, [x0, y0, side]);
      if (apart.points.length) drawMarks(g, { ...apart, x: seen.x, y: seen.y, ellipse: null }, { ...style, blocked: [x0, y0, side] }, [left, top, width, height]);
      ring(g, [seen.x, seen.y]);
      g.fillStyle = theme.background;
      g.fillRect(x0, y0, side, side);
    });
    clipped(g, [x0, y0, side, side], () => {
      trail(g, rows, now, larger, style.run);
      drawMarks(g, marks, { ...style, ends: ends.map((end) => ({ ...end, x: end.x * 0.9, y: end.y * 0.9 })) }, [x0, y0 + 20, side, side - 20]);
      g.font = `600 12px ${theme.font}`;
      g.textAlign = "left";
      g.textBaseline = "top";
      g.lineWidth = 4;
      g.strokeStyle = theme.halo;
      g.fillStyle = theme.text;
      const text = store.say("scope.magnified", { times: times < 1e7 ? count(times) : times.toExponential(0).replace("e+", "e") });
      g.strokeText(text, x0 + 7, y0 + 7);
      g.fillText(text, x0 + 7, y0 + 7);
    });
    clipped(g, null, () => {
      g.strokeStyle = theme.text;
      g.lineWidth = 1.4;
      g.strokeRect(x0 + 0.5, y0 + 0.5, side - 1, side - 1);
    });
  }

  /** From the ring to the two corners of the square that are seen from it. */
  function leaders(g, { x, y }, [x0, y0, side]) {
    const corners = [[x0, y0], [x0 + side, y0], [x0, y0 + side], [x0 + side, y0 + side]]
      .map(([u, v]) => ({ u, v, turn: Math.atan2(v - y, u - x) }));
    const middle = Math.atan2(y0 + side / 2 - y, x0 + side / 2 - x);
    const off = ({ turn }) => Math.atan2(Math.sin(turn - middle), Math.cos(turn - middle));
    corners.sort((one, other) => off(one) - off(other));
    for (const [color, width] of [[theme.halo, 3], [theme.text, 1]]) {
      g.globalAlpha = 0.6;
      g.strokeStyle = color;
      g.lineWidth = width;
      g.beginPath();
      for (const { u, v, turn } of [corners[0], corners[3]]) {
        g.moveTo(x + 9 * Math.cos(turn), y + 9 * Math.sin(turn));
        g.lineTo(u, v);
      }
      g.stroke();
      g.globalAlpha = 1;
    }
  }

  /** The path about theta, from differences: at a factor of a million pixels of the picture would be all the same. */
  function trail(g, rows, { k, theta }, { x, y, unitX, unitY, flat }, color) {
    const part = (from, to, alpha) => {
      g.globalAlpha = alpha;
      g.beginPath();
      for (let i = Math.max(0, from); i <= Math.min(to, rows.loss.length - 1); i++) {
        const dx = (rows.theta[2 * i] - theta[0]) * unitX;
        const dy = (flat ? i - k : rows.theta[2 * i + 1] - theta[1]) * unitY;
        const back = Math.max(1, Math.abs(dx) / FAR, Math.abs(dy) / FAR);
        g.lineTo(x + dx / back, y + dy / back);
      }
      g.stroke();
    };
    g.strokeStyle = color;
    g.lineWidth = 2;
    part(k - NEARBY, k, 0.8);
    part(k, k + NEARBY, 0.3);
    g.globalAlpha = 1;
  }

  /** The run whose head is at a pixel; of several the one after that which is looked at now, so that clicks go round. */
  function pick(x, y) {
    const map = getMap();
    if (!map || !store.state) return null;
    const near = headsOf(store, map).map((head) => ({ ...head, off: Math.hypot(head.x - x, head.y - y) }))
      .filter(({ off }) => off <= GRAB).sort((one, other) => one.off - other.off);
    if (!near.length) return null;
    const now = near.findIndex(({ run }) => run === scope.run(store));
    return near[(now + 1) % near.length].run;
  }

  return {
    draw,
    /** What is shown at t, on any context. */
    paint(g, t) {
      const rows = scope.rows(store);
      if (rows?.updates) paint(g, rows, updateAt(rows, t), getMap());
    },
    pick,
    /** Opens the microscope on the head at a pixel of the panel; whether there is one. */
    take(x, y) {
      const run = pick(x, y);
      if (run !== null) scope.open(store, run);
      return run !== null;
    },
    destroy: layer.destroy,
  };
}
