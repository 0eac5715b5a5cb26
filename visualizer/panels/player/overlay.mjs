// The moving part of a panel: the ghosts of the whole paths, the trails up to now (each frame adds its few segments),
// the stationary points and the heads. Plotly below is never touched while the race runs. Ghosts and trails pile up
// in a buffer, and one visible canvas shows all of it: every canvas more on the page is a layer the browser has to
// blend in every frame, which without a real GPU costs more than everything else here together.

import { createBrush } from "./brush.mjs";
import { coverOf, nearest } from "./geometry.mjs";
import { createLayer } from "./layer.mjs";

const MARK = 9; // px around a mark that point to it

/**
 * @param {Element | null} host null for a picture that is shown elsewhere, of the whole panel
 * @param {{width: number, ghost: number, under?: Function, edge?: boolean, sharp?: number}} look
 */
export function createOverlay(host, { under = null, sharp = 0, ...look }) {
  const brush = createBrush(look);
  const paths = createLayer(null, sharp); // ghosts and trails
  const front = createLayer(host, sharp); // what is seen
  let scene = null;
  let drawn = -1;      // last step of the trails in the buffer
  let now = 0;
  let emphasis = null; // run index

  function drawPaths(step) {
    const { g } = paths;
    if (step < drawn || drawn < 0) {
      paths.clear();
      if (look.ghost) brush.drawGhost(g, step);
      drawn = 0;
    }
    if (step > drawn) {
      brush.drawTrail(g, drawn, step);
      g.globalCompositeOperation = "destination-over";
      brush.drawHalo(g, drawn, step);
      g.globalCompositeOperation = "source-over";
    }
    drawn = step;
  }

  function draw(t) {
    now = t;
    if (!scene) return;
    drawPaths(Math.floor(t));
    const { g } = front;
    front.copy(paths);
    if (under) under(g, t);
    if (scene.beneath) front.within(scene.clip, () => scene.beneath(g, t));
    brush.drawTop(g, t);
  }

  function redraw() {
    if (!scene) return;
    drawn = -1;
    draw(now);
  }

  return {
    canvas: front.canvas,
    /** Take a new scene and draw it at step t, thicker by the factor `weight`, with the run `stress` emphasised. */
    set(next, w, h, t, weight = 1, stress = emphasis) {
      scene = next;
      emphasis = stress;
      brush.take(next, weight);
      brush.emphasize(stress);
      const box = under || !host ? [0, 0, w, h] : coverOf(next, w, h);
      for (const layer of [paths, front]) layer.fit(box);
      now = t;
      redraw();
    },
    draw,
    emphasize(run) {
      if (run === emphasis) return;
      emphasis = run;
      brush.emphasize(run);
      redraw();
    },
    /** The path nearest to pixel (x, y) within `radius`, snapped to a step, first of all to a marked one:
     *  {run, track, step, x, y} or null. */
    nearest(x, y, radius) {
      if (!scene) return null;
      const mark = brush.marks().find((candidate) => Math.hypot(candidate.x - x, candidate.y - y) < MARK);
      if (mark) return { run: mark.track.run, track: mark.track, step: mark.step, x: mark.x, y: mark.y };
      return nearest(scene.px, brush.shown(), x, y, radius);
    },
    destroy: () => front.destroy(),
  };
}
