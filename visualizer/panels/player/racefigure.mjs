// The contour plot of a race as a figure to take away: Plotly's part as one picture, above it what the page draws there.

import { paintArrows } from "./arrows.mjs";
import { createBrush } from "./brush.mjs";
import { landscapes } from "./catalogue.mjs";
import { createCloudLayer } from "./cloudlayer.mjs";
import { nextPaint, weight } from "./panel.mjs";
import { LOOK, sceneOf } from "./paths.mjs";
import { mapOf } from "./plane.mjs";
import { plotly } from "./plotly.mjs";
import { scope } from "./scope.mjs";
import { createScopeLayer } from "./scopelayer.mjs";
import { link } from "./share.mjs";
import { paintSketch } from "./sketching.mjs";
import { runName, tracksOf } from "./tracks.mjs";

const HIGHEST = 600; // px of the plot in a figure

/** Plotly's plot, as soon as it shows the surface of now: bands may stand in for it. */
async function drawn(root) {
  for (;;) {
    const plot = root.querySelector(".js-plotly-plot:not(.dl-sketched)");
    if (plot?._fullLayout?.xaxis) return plot;
    await nextPaint();
  }
}

/**
 * What is on the panel now.
 * @returns {Promise<{root: Element, state: object, width: number, height: number, map: object, scene: object, bold: number,
 *   ground: HTMLImageElement}>} in the panel's pixels; `ground` is an SVG
 */
export async function plotOf(store) {
  const root = store.root("lab").querySelector(".dl-contour");
  const Plotly = await plotly();
  const plot = await drawn(root);
  const { state } = store;
  const [width, height] = [root.clientWidth, root.clientHeight];
  const map = mapOf(plot._fullLayout);
  const ground = new Image();
  ground.src = await Plotly.toImage(plot, { format: "svg", width, height });
  await ground.decode();
  return { root, state, width, height, map, scene: sceneOf(store, state, map), bold: weight(height), ground };
}

/**
 * The figure of a plot at play position `at()`.
 * @param {(g, t: number) => void} paint draws it in the panel's pixels
 * @returns {import("./figure.mjs").Figure}
 */
export function figureOf(store, plot, at, paint) {
  const { width, height, state } = plot;
  return {
    name: "",
    heavy: true,
    legend: tracksOf(state).filter((track) => track.visible).map(({ run, color, dash }) => ({ text: runName(store, run), color, dash })),
    get notes() {
      return [store.sayTick("views.step", { step: Math.floor(at()) })];
    },
    height: (wide) => Math.min(HIGHEST, (wide * height) / width),
    paint(g, wide, high) {
      const scale = high / height;
      g.translate((wide - scale * width) / 2, 0);
      g.scale(scale, scale);
      paint(g, at());
    },
  };
}

/** What stands around it. */
export function aboutOf(store) {
  const { landscape } = store.state.header.scenario;
  return { title: store.text(landscapes[landscape].title), link: link(store), file: `descent-lab-${landscape}` };
}

/** The contour plot as it is now, on any context. */
export async function stillOf(store) {
  const plot = await plotOf(store);
  const { map, scene, state, width, height } = plot;
  const [t, brush] = [store.clock.t, createBrush(LOOK)];
  brush.take(scene, plot.bold);
  brush.emphasize(scope.run(store));
  return figureOf(store, plot, () => t, (g) => {
    g.drawImage(plot.ground, 0, 0, width, height);
    const cloud = createCloudLayer(plot.root, store, () => {});
    cloud.paint(g, map, t);
    cloud.destroy();
    paintArrows(g, state, map);
    brush.drawGhost(g, Math.floor(t));
    brush.drawHalo(g, 0, Math.floor(t));
    brush.drawTrail(g, 0, Math.floor(t));
    brush.drawTop(g, t);
    createScopeLayer(null, store, () => map).paint(g, t);
    paintSketch(g, map);
  });
}
