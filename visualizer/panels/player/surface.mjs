// The 3-D picture: Plotly draws the surface and owns the camera; the overlay projects the same paths onto it.

import { project, seenFrom } from "./camera.mjs";
import { drape } from "./drape.mjs";
import { gpu } from "./gpu.mjs";
import { attachHover } from "./hover.mjs";
import { plotlyGrid } from "./heights.mjs";
import { createOverlay } from "./overlay.mjs";
import { fontSize, latest, markPainted, nextPaint, nextTask, onResize, presenting, weight } from "./panel.mjs";
import { picture, plotly, surfaceReady } from "./plotly.mjs";
import { unburden } from "./scene.mjs";
import { theme } from "./theme.mjs";
import { asPicture, surfaceName } from "./told.mjs";
import { heightTicks } from "./ticks.mjs";
import { cut, endsOf, tracksOf } from "./tracks.mjs";
import { createTurning } from "./turning.mjs";

export function createSurface(root, store) {
  if (!gpu.webgl) return sorry(root, store);
  const plot = document.createElement("div");
  plot.className = "dl-plot";
  root.append(plot);
  const overlay = createOverlay(root, { width: 2.2, ghost: 0.45 });
  let Plotly = null;
  let drawn = "";
  let laid = null;  // the state that lies on it
  let spots = null; // {state, xyz, fine, parts}, see drape.mjs
  let seen = null;

  const turning = createTurning(plot, root, sync);
  const hover = attachHover(root, store, { pick: (x, y) => (turning.moving ? null : overlay.nearest(x, y, 14)) });

  /** Lay the overlay over the scene as the camera shows it now. What the surface hides is found at rest. */
  function sync() {
    const { state } = store;
    const camera = state && turning.camera();
    if (!camera) return;
    laid = state;
    if (spots?.state !== state) {
      spots = { state, ...drape(state) };
      seen = null;
    }
    const { xyz, fine, parts } = spots;
    if (!turning.moving || !seen) seen = seenFrom(camera, state.grid, xyz);
    const px = new Float32Array((xyz.length / 3) * 2);
    for (let i = 0; i < xyz.length / 3; i++) project(camera, xyz[3 * i], xyz[3 * i + 1], xyz[3 * i + 2], px, 2 * i);
    const rows = state.path.length / 2;
    const at = (row) => ({ x: px[2 * row], y: px[2 * row + 1] });
    const points = state.header.points.map((p, i) => ({ ...p, ...at(rows + i), faint: !seen[rows + i] }))
      .filter((p) => !Number.isNaN(p.x));
    const crosses = endsOf(store, state, (row) => !Number.isNaN(px[2 * row])).map((end) => {
      cut(px, end);
      return { ...end, ...at(end.row) };
    });
    const scene = { tracks: tracksOf(state), px, fine, parts, seen, clip: camera.box, points, crosses };
    overlay.set(scene, root.clientWidth, root.clientHeight, store.clock.t, weight(root.clientHeight));
  }

  const push = latest(async (state) => {
    asPicture(plot, store.say("told.surface", { surface: surfaceName(store) }));
    await picture;
    Plotly ??= await plotly();
    const next = `${state.grid.id}|${theme.key}|${fontSize(root.clientHeight)}`;
    if (next !== drawn) {
      const first = !drawn;
      // The 2-D picture of the same payload goes first: this blocks for long without a real GPU.
      await nextPaint();
      await nextTask();
      await (first ? Plotly.newPlot : Plotly.react)(plot, ...figure(state, root));
      drawn = next;
      if (first) {
        unburden(plot);
        turning.listen();
      }
      turning.follow(); // a new scene settles over a frame or two
    }
    // Of a payload that changes no picture there is nothing to lay: another run is under the microscope.
    if (state === store.state && (state === laid || state.picture !== laid?.picture)) sync();
    await markPainted("dl:painted-3d", state.header.rev);
    surfaceReady();
  });

  const offs = [
    store.subscribe(push),
    store.onFrame(overlay.draw, gpu.software ? 30 : 0),
    store.onHover(overlay.emphasize),
    onResize(root, async (width, height) => {
      if (!drawn) return;
      await Plotly.relayout(plot, { width, height });
      turning.follow();
      push(store.state); // a much larger panel also gets larger letters
    }),
  ];
  return {
    destroy() {
      offs.forEach((off) => off());
      turning.destroy();
      hover.destroy();
      overlay.destroy();
      Plotly?.purge(plot);
    },
  };
}

/** Without WebGL everything else works; say why this panel is empty. */
function sorry(root, store) {
  const note = document.createElement("p");
  note.className = "dl-sorry";
  root.append(note);
  surfaceReady();
  return { destroy: store.subscribe(() => (note.textContent = store.say("views.no_webgl"))) };
}

function figure(state, root) {
  const { grid, header } = state;
  const [x0, x1, y0, y1] = header.window;
  const wide = Math.max(x1 - x0, y1 - y0);
  // Time has no length: its side is as long as the other.
  const sides = header.timed ? [1.3, 1.3] : [(1.3 * (x1 - x0)) / wide, (1.3 * (y1 - y0)) / wide];
  const ticks = heightTicks(header.height, grid.lo, grid.hi, presenting() ? 3 : 5);
  return figureOf(grid, root, { window: header.window, sides, ticks, range: [grid.lo, grid.hi], names: ["x", header.timed ? "t" : "y"] });
}

const EYE = { x: -1.0, y: -1.47, z: 1.02 };

/**
 * Data, layout and configuration of a surface.
 * @param {object} grid its heights, see heights.mjs
 * @param {object} look `window`; `sides`, how long the two are drawn; `ticks` of heights; their `range`; the axes' `names`; how `far` the eye is at first
 */
export function figureOf(grid, root, { window: [x0, x1, y0, y1], sides, ticks, range, names, far = 1 }) {
  const size = presenting() ? 18 : fontSize(root.clientHeight); // in space what is near is larger anyway
  const small = { color: theme.muted, size, family: theme.font };
  const axis = (title, more) => ({
    title: { text: title, font: small }, tickfont: small, color: theme.muted, nticks: 5, zeroline: false,
    showgrid: false, showbackground: false, showspikes: false, showline: true, linecolor: theme.border, linewidth: 1,
    ticks: "", ...more,
  });
  const line = { show: true, usecolormap: false, color: theme.dark ? "#5b6d7c" : "#93a6b6", width: 1 };
  const step = (grid.hi - grid.lo) / 14 || 1;
  const surface = {
    type: "surface", ...plotlyGrid(grid), colorscale: theme.scale, cmin: grid.lo, cmax: grid.hi, showscale: false, hoverinfo: "skip",
    contours: { x: { highlight: false }, y: { highlight: false }, z: { ...line, highlight: false, start: grid.lo + step, end: grid.hi, size: step } },
    lighting: theme.dark ? { ambient: 0.75, diffuse: 0.7, specular: 0.06, roughness: 0.9 } : { ambient: 0.82, diffuse: 0.38, specular: 0.02, roughness: 1 },
    lightposition: { x: -2000, y: -3000, z: 6000 },
  };
  const layout = {
    width: root.clientWidth, height: root.clientHeight, autosize: false, margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: "rgba(0,0,0,0)", font: small, hovermode: false, uirevision: "camera",
    scene: {
      uirevision: "camera", dragmode: "turntable", hovermode: false, bgcolor: "rgba(0,0,0,0)",
      camera: { eye: { x: far * EYE.x, y: far * EYE.y, z: far * EYE.z }, center: { x: 0, y: 0, z: -0.2 } },
      aspectmode: "manual", aspectratio: { x: sides[0], y: sides[1], z: 0.66 },
      xaxis: axis(names[0], { range: [x0, x1] }), yaxis: axis(names[1], { range: [y0, y1] }),
      zaxis: axis("", { range, tickmode: "array", tickvals: ticks.map((t) => t.at), ticktext: ticks.map((t) => t.text) }),
    },
  };
  return [[surface], layout, {
    displayModeBar: false, scrollZoom: true, responsive: false,
    plotGlPixelRatio: gpu.software ? 1 : 2, // a CPU draws, and blends in every frame, a quarter of the pixels
  }];
}
