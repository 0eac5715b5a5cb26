// The moving part of a panel: the ghosts of the whole paths, the trails up to now (each frame adds its few segments),
// the stationary points and the heads. Plotly below is never touched while the race runs. Ghosts and trails pile up
// in a buffer, and one visible canvas shows all of it: every canvas more on the page is a layer the browser has to
// blend in every frame, which without a real GPU costs more than everything else here together.

import { drawCross, drawFork, drawHead, drawOutside, drawPoint } from "./glyphs.mjs";
import { coverOf, lengthsOf, nearest, partOf } from "./geometry.mjs";
import { createLayer } from "./layer.mjs";
import { theme } from "./theme.mjs";

const HIDDEN = 0.28; // opacity of what lies behind the surface
const DIMMED = 0.22; // opacity of the other runs while one is emphasised
const MARK = 9;      // px around a mark that point to it
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

/** @param {Element} host @param {{width: number, ghost: number, under?: Function, edge?: boolean}} look */
export function createOverlay(host, { width, ghost, under = null, edge = false }) {
  const paths = createLayer(null); // ghosts and trails
  const front = createLayer(host); // what is seen
  let scene = null;
  let lengths = null;  // path length in px up to each row: where in its dash pattern a line goes on
  let drawn = -1;      // last step of the trails in the buffer
  let now = 0;
  let emphasis = null; // run index
  let bold = 1;        // lines and heads are thicker on a projector

  const opacity = (track) => (emphasis === null || emphasis === track.run ? 1 : DIMMED);
  const shown = () => scene.tracks.filter((track) => track.visible)
    .sort((a, b) => (a.run === emphasis) - (b.run === emphasis)); // the emphasised one on top

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
  function drawGhost(step) {
    paths.clear();
    paths.within(scene.clip, (g) => {
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

  /** Add steps from..to to the trail. The halo goes beneath all that is there, so no path cuts another. */
  function drawTrail(from, to) {
    paths.within(scene.clip, (g) => {
      g.lineJoin = "round";
      for (const track of shown()) {
        const first = track.from + from;
        const last = track.from + Math.min(to, track.count - 1);
        if (first >= last) continue;
        const line = bold * width * (track.thin ? 0.7 : 1) * (track.run === emphasis ? 1.5 : 1);
        const passes = scene.seen ? [1, 0] : [1];
        for (const want of passes) {
          g.globalAlpha = opacity(track) * (want ? 1 : HIDDEN);
          g.strokeStyle = track.color;
          g.lineWidth = line;
          g.setLineDash(track.dash);
          g.lineDashOffset = lengths[first];
          stroke(g, first, last, want);
        }
        g.setLineDash([]);
        g.globalAlpha = opacity(track);
        g.globalCompositeOperation = "destination-over";
        g.strokeStyle = theme.halo;
        g.lineWidth = line + 2.5;
        stroke(g, first, last, 1);
        g.globalCompositeOperation = "source-over";
      }
    });
  }

  function drawHeads(t) {
    const step = Math.floor(t);
    const { px, seen, clip } = scene;
    const { g } = front;
    front.copy(paths);
    if (under) under(g, t);
    if (scene.beneath) front.within(clip, () => scene.beneath(g, t));
    front.within(clip, () => scene.points.forEach((point) => drawPoint(g, point, theme)));
    drawMarks();
    for (const track of shown()) {
      if (track.stopped !== null && t > track.count - 1) continue; // its cross marks the end
      const row = track.from + Math.min(step, track.count - 1);
      const share = step < track.count - 1 ? t - step : 0;
      let x = px[2 * row];
      let y = px[2 * row + 1];
      if (Number.isNaN(x)) continue;
      g.globalAlpha = opacity(track) * (seen && !seen[row] ? 0.4 : 1);
      if (share > 0 && !Number.isNaN(px[2 * row + 2])) {
        const passed = partOf(scene, row, share);
        ({ x, y } = passed);
        front.within(clip, () => {
          g.strokeStyle = track.color;
          g.lineWidth = bold * width * (track.thin ? 0.7 : 1);
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
    drawCrosses(t);
    g.globalAlpha = 1;
  }

  /** The marks of the tracks that are shown, with their pixels: {track, step, x, y, colors}. */
  const marks = () => shown().flatMap((track) => (track.thin ? [] : track.marks ?? []).flatMap((mark) => {
    const k = 2 * (track.from + mark.step);
    return Number.isNaN(scene.px[k]) ? [] : [{ ...mark, track, x: scene.px[k], y: scene.px[k + 1] }];
  }));

  function drawMarks() {
    const { g } = front;
    front.within(scene.clip, () => {
      for (const { track, step, x, y, colors } of marks()) {
        g.globalAlpha = opacity(track) * (scene.seen && !scene.seen[track.from + step] ? 0.4 : 1);
        drawFork(g, x, y, colors, theme);
      }
    });
  }

  function drawCrosses(t) {
    const { g } = front;
    for (const cross of scene.crosses) {
      const track = scene.tracks.find((candidate) => candidate.run === cross.run);
      g.globalAlpha = opacity(track) * (t >= cross.step ? 1 : 0.4);
      drawCross(g, cross, { ...theme, color: track.color });
    }
  }

  function draw(t) {
    now = t;
    if (!scene) return;
    const step = Math.floor(t);
    if (step < drawn || drawn < 0) {
      drawGhost(step);
      drawn = 0;
    }
    if (step > drawn) drawTrail(drawn, step);
    drawn = step;
    drawHeads(t);
  }

  function redraw() {
    if (!scene) return;
    drawn = -1;
    draw(now);
  }

  return {
    /** Take a new scene and draw it at step t, thicker by the factor `weight`, with the run `stress` emphasised. */
    set(next, w, h, t, weight = 1, stress = emphasis) {
      scene = next;
      bold = weight;
      emphasis = stress;
      lengths = lengthsOf(next);
      const box = under ? [0, 0, w, h] : coverOf(next, w, h);
      for (const layer of [paths, front]) layer.fit(box);
      now = t;
      redraw();
    },
    draw,
    emphasize(run) {
      if (run === emphasis) return;
      emphasis = run;
      redraw();
    },
    /** The path nearest to pixel (x, y) within `radius`, snapped to a step, first of all to a marked one:
     *  {run, track, step, x, y} or null. */
    nearest(x, y, radius) {
      if (!scene) return null;
      const mark = marks().find((candidate) => Math.hypot(candidate.x - x, candidate.y - y) < MARK);
      if (mark) return { run: mark.track.run, track: mark.track, step: mark.step, x: mark.x, y: mark.y };
      return nearest(scene.px, shown(), x, y, radius);
    },
    destroy: () => front.destroy(),
  };
}
