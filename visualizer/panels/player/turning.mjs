// The camera of a Plotly scene while the user turns it, watched frame by frame: Plotly tells of it late, and not of every
// step.

import { cameraOf } from "./camera.mjs";

const SETTLED = 250; // ms without a change of the camera until it counts as at rest

/**
 * @param {HTMLElement} plot the element Plotly draws in @param {Element} root pixels are counted from its corner
 * @param {() => void} changed another camera, or the one of before at rest; it asks for `camera`
 */
export function createTurning(plot, root, changed) {
  let moving = 0; // time until which the camera is watched every frame
  let watch = 0;
  let key = "";   // the camera that was asked for last

  function follow() {
    moving = performance.now() + SETTLED;
    if (watch) return;
    const look = () => {
      watch = 0;
      const done = performance.now() > moving;
      if (done) moving = 0;
      if (done || cameraOf(plot, root).key !== key) changed();
      if (!done) watch = requestAnimationFrame(look);
    };
    watch = requestAnimationFrame(look);
  }

  return {
    follow,
    get moving() { return moving > 0; },
    /** The camera now; null as long as Plotly has none. */
    camera() {
      if (!plot._fullLayout?.scene?._scene?.glplot?.cameraParams) return null;
      const camera = cameraOf(plot, root);
      key = camera.key;
      return camera;
    },
    /** Once Plotly has drawn. */
    listen() {
      plot.on("plotly_relayouting", follow);
      plot.on("plotly_relayout", follow);
      for (const type of ["pointerdown", "wheel", "touchmove"]) plot.addEventListener(type, follow, { capture: true, passive: true });
      plot.addEventListener("pointermove", (event) => event.buttons && follow(), { capture: true, passive: true });
    },
    destroy: () => cancelAnimationFrame(watch),
  };
}
