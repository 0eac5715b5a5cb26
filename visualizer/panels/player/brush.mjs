// A scene drawn on any context: the ghosts of the whole paths, the trails up to now, the stationary points, the heads, the
// ends. The overlay piles it up on canvases of the page; the same strokes make pictures and films to take away.

import { drawCross, drawFork, drawHead, drawOutside, drawPoint } from "./glyphs.mjs";
import { lengthsOf, partOf } from "./geometry.mjs";
import { clipped } from "./layer.mjs";
import { theme } from "./theme.mjs";

const HIDDEN = 0.28; // opacity of what lies behind the surface
const DIMMED = 0.22; // opacity of the other runs while one is emphasised
const NEAR = 0.6;    // px; a path at rest has hundreds of points in one place, and none of them is seen

/**
 * @typedef {object} Scene everything in CSS pixels of the host
 * @property {import("./tracks.mjs").Track[]} tracks
 * @property {Float32Array} px x, y of every row; NaN where there is nothing to draw
 * @property {Uint32Array} [fine] where the points of px between each row and the next begin,
 * @property {Float32Array} [parts] and how far on their way they are, see drape.mjs
 * @property {Uint8Array | null} seen 0 for a row hidden behind the surface
 * @property {number[] | null} clip left, top, width, height
 * @property {object[]} points stationary points {x, y, kind, best, faint}
 * @property {object[]} crosses ends of runs {run, x, y, step, label, flip}
 * @property {Function | null} [beneath] draws what moves beneath the paths, (g, t)
 */

/** @param {{width: number, ghost: number, edge?: boolean}} look `edge`: heads outside the picture are shown at its edge */
export function createBrush({ width, ghost, edge = false }) {
  let scene = null;
  let lengths = null;  // path length in px up to each row: where in its dash pattern a line goes on
  let emphasis = null; // run index
  let bold = 1;        // lines and heads are thicker on a projector

  const opacity = (track) => (emphasis === null || emphasis === track.run ? 1 : DIMMED);
  const shown = () => scene.tracks.filter((track) => track.visible)
    .sort((a, b) => (a.run === emphasis) - (b.run === emphasis)); // the emphasised one on top
  const lineOf = (track) => bold * width * (track.thin ? 0.7 : 1);

  /** Stroke rows first..last of a track, only those with seen = want; gaps where px is NaN. */
  function stroke(g, first, last, want) {
    const { px, seen, fine } = scene;
    let open = false;
    let [x, y] = [NaN, NaN]; // where the pen is
    let from = first;
    g.beginPath();
    const line = (to, end) => {
      const [k, n] = [2 * from, 2 * to];
      from = to;
      if (Number.isNaN(px[k]) || Number.isNaN(px[n]) || (seen && seen[to] !== want)) {
        open = false;
        return;
      }
      if (!open) g.moveTo((x = px[k]), (y = px[k + 1]));
      const here = Math.abs(px[n] - x) < NEAR && Math.abs(px[n + 1] - y) < NEAR;
      if (!here || !open || end) g.lineTo((x = px[n]), (y = px[n + 1]));
      open = true;
    };
    for (let row = first; row < last; row++) {
      if (fine) for (let i = fine[row]; i < fine[row + 1]; i++) line(i, false);
      line(row + 1, row === last - 1);
    }
    g.stroke();
  }

  /** The whole paths faintly, but for what the trail covers from here on. */
  function drawGhost(g, step) {
    clipped(g, scene.clip, () => {
      g.lineJoin = "round";
      for (const track of shown()) {
        g.lineWidth = track.run === emphasis ? 1.8 : 1;
        g.strokeStyle = track.color;
        for (const want of scene.seen ? [1, 0] : [1]) {
          g.globalAlpha = ghost * opacity(track) * (want ? 1 : 0.5);
          stroke(g, track.from + Math.min(step, track.count - 1), track.from + track.count - 1, want);
        }
      }
    });
  }

  /** Each track that goes on between two steps: (track, its first row there, its last row, its line's width). */
  function along(g, from, to, draw) {
    clipped(g, scene.clip, () => {
      g.lineJoin = "round";
      for (const track of shown()) {
        const first = track.from + from;
        const last = track.from + Math.min(to, track.count - 1);
        if (first < last) draw(track, first, last, lineOf(track) * (track.run === emphasis ? 1.5 : 1));
      }
    });
  }

  /** The lines of steps from..to. */
  function drawTrail(g, from, to) {
    along(g, from, to, (track, first, last, line) => {
      for (const want of scene.seen ? [1, 0] : [1]) {
        g.globalAlpha = opacity(track) * (want ? 1 : HIDDEN);
        g.strokeStyle = track.color;
        g.lineWidth = line;
        g.setLineDash(track.dash);
        g.lineDashOffset = lengths[first];
        stroke(g, first, last, want);
      }
    });
  }

  /** What sets those lines off. It belongs beneath all of them, so that no path cuts another. */
  function drawHalo(g, from, to) {
    along(g, from, to, (track, first, last, line) => {
      g.globalAlpha = opacity(track);
      g.strokeStyle = theme.halo;
      g.lineWidth = line + 2.5;
      stroke(g, first, last, 1);
    });
  }

  /** What stands above the trails: points, marks, heads with the part of a step that they have gone, ends. */
  function drawTop(g, t) {
    clipped(g, scene.clip, () => scene.points.forEach((point) => drawPoint(g, point, theme)));
    drawMarks(g);
    for (const track of shown()) drawNow(g, track, t);
    drawCrosses(g, t);
    g.globalAlpha = 1;
  }

  function drawNow(g, track, t) {
    const { px, seen, clip } = scene;
    if (track.stopped !== null && t > track.count - 1) return; // its cross marks the end
    const step = Math.floor(t);
    const row = track.from + Math.min(step, track.count - 1);
    const share = step < track.count - 1 ? t - step : 0;
    let x = px[2 * row];
    let y = px[2 * row + 1];
    if (Number.isNaN(x)) return;
    g.globalAlpha = opacity(track) * (seen && !seen[row] ? 0.4 : 1);
    if (share > 0 && !Number.isNaN(px[2 * row + 2])) {
      const passed = partOf(scene, row, share);
      ({ x, y } = passed);
      clipped(g, clip, () => {
        g.strokeStyle = track.color;
        g.lineWidth = lineOf(track);
        g.setLineDash(track.dash);
        g.lineDashOffset = lengths[row];
        g.beginPath();
        for (const point of passed.points) g.lineTo(px[2 * point], px[2 * point + 1]);
        g.lineTo(x, y);
        g.stroke();
      });
    }
    const inside = !clip || (x >= clip[0] - 1 && y >= clip[1] - 1 && x <= clip[0] + clip[2] + 1 && y <= clip[1] + clip[3] + 1);
    if (inside) drawHead(g, x, y, track.color, theme.background, bold * (track.thin ? 3 : track.run === emphasis ? 7 : 5.5));
    else if (edge) drawOutside(g, x, y, clip, track.color, theme.background);
  }

  /** The marks of the tracks that are shown, with their pixels: {track, step, x, y, colors}. */
  const marks = () => shown().flatMap((track) => (track.thin ? [] : track.marks ?? []).flatMap((mark) => {
    const k = 2 * (track.from + mark.step);
    return Number.isNaN(scene.px[k]) ? [] : [{ ...mark, track, x: scene.px[k], y: scene.px[k + 1] }];
  }));

  function drawMarks(g) {
    clipped(g, scene.clip, () => {
      for (const { track, step, x, y, colors } of marks()) {
        g.globalAlpha = opacity(track) * (scene.seen && !scene.seen[track.from + step] ? 0.4 : 1);
        drawFork(g, x, y, colors, theme);
      }
    });
  }

  function drawCrosses(g, t) {
    for (const cross of scene.crosses) {
      const track = scene.tracks.find((candidate) => candidate.run === cross.run);
      g.globalAlpha = opacity(track) * (t >= cross.step ? 1 : 0.4);
      drawCross(g, cross, { ...theme, color: track.color });
    }
  }

  return {
    /** Draw this scene from now on, thicker by the factor `weight`. */
    take(next, weight) {
      [scene, bold, lengths] = [next, weight, lengthsOf(next)];
    },
    emphasize: (run) => (emphasis = run),
    drawGhost,
    drawTrail,
    drawHalo,
    drawTop,
    shown,
    marks,
  };
}
