// The 2-D picture: the surface, the paths over it, and what the hand can take hold of on top.

import { createArrows } from "./arrows.mjs";
import { createCloudLayer } from "./cloudlayer.mjs";
import { createGround } from "./ground.mjs";
import { attachHover } from "./hover.mjs";
import { createHandles } from "./handles.mjs";
import { heightAt, heightScale, isHole } from "./heights.mjs";
import { createInspector } from "./inspector.mjs";
import { createOverlay } from "./overlay.mjs";
import { latest, markPainted, onResize, presenting, weight } from "./panel.mjs";
import { LOOK, sceneOf } from "./paths.mjs";
import { aspectOf, inside } from "./plane.mjs";
import { pictureReady, settled } from "./plotly.mjs";
import { scope } from "./scope.mjs";
import { createScopeLayer } from "./scopelayer.mjs";
import { createSketching } from "./sketching.mjs";
import { createStart } from "./start.mjs";
import { asPicture, surfaceName } from "./told.mjs";
import { createTools } from "./tools.mjs";

const PATIENCE = 3000; // ms; the first race waits so long for the surface beside it, which makes the page stutter

export function createContour(root, store) {
  const surface = createGround(root, store, sync);
  const arrows = createArrows(root);
  const cloud = createCloudLayer(root, store, sync);
  const overlay = createOverlay(root, LOOK);
  let map = null; // {x, y, clip}: plane -> pixels and the plot's rectangle
  let laid = null; // the state that lies on it

  const microscope = createScopeLayer(root, store, () => map);
  const handles = createHandles(root, store, () => map); // below the start
  const inspector = createInspector(root, store, () => map);
  const start = createStart(root, store, () => map, surface.reset, inspector, microscope);
  const tools = createTools(root, store, inspector);
  const sketching = createSketching(root, store, () => map); // above all of them
  const hover = attachHover(root, store, {
    pick: (x, y) => map && hint(x, y) && inside(map.clip, x, y) && !handles.covers(x, y) && (overlay.nearest(x, y, 14) ?? point(x, y) ?? ground(x, y)),
  });

  /** The pointer's shape says what a click would take. */
  function hint(x, y) {
    root.classList.toggle("dl-on-head", !inspector.on() && microscope.pick(x, y) !== null);
    return true;
  }

  /** The run that is pointed to stands out, else the one under the microscope. */
  const stressed = (run = store.hovered) => run ?? scope.run(store);
  const emphasize = (run) => overlay.emphasize(stressed(run));

  function point(x, y) {
    const found = store.state.header.points.find((p) => Math.hypot(map.x(p.x) - x, map.y(p.y) - y) < 10);
    return found && { point: found, x: map.x(found.x), y: map.y(found.y) };
  }

  function ground(px, py) {
    const { grid, header } = store.state;
    const [x, y] = [map.x.back(px), map.y.back(py)];
    const z = heightAt(grid, x, y);
    if (isHole(grid, x, y)) return { ground: { x, y, f: NaN }, x: px, y: py };
    return Number.isNaN(z) ? null : { ground: { x, y, f: heightScale(header.height).back(z) }, x: px, y: py };
  }

  /** Lay everything else over the surface, wherever that lies now. */
  function sync() {
    const { state } = store;
    if (!state || !surface.map) return;
    [map, laid] = [surface.map, state];
    overlay.set({ ...sceneOf(store, state, map), beneath: cloud.beneath(map) }, root.clientWidth, root.clientHeight, store.clock.t, weight(root.clientHeight), stressed());
    handles.place();
    arrows.set(state, map);
    microscope.draw(store.clock.t, true);
    start.place();
    inspector.place();
    tools.place(map.clip);
    sketching.draw();
  }

  /** Most of it lies there already where only the run under the microscope is another. */
  function lay(state) {
    if (state === laid || state.picture !== laid?.picture) return sync();
    laid = state;
    emphasize(store.hovered);
    microscope.draw(store.clock.t, true);
  }

  const push = latest(async (state) => {
    root.closest(".dl-views").style.setProperty("--dl-ratio", aspectOf(state.header.window) ?? 1);
    asPicture(surface.plot, store.say("told.contour", { surface: surfaceName(store) }));
    await surface.load(state, sync);
    await surface.show(state);
    if (state === store.state) lay(state);
    await markPainted("dl:painted-2d", state.header.rev);
    if (pictureReady() && state.header.first && !presenting() && !matchMedia("(prefers-reduced-motion: reduce)").matches) begin();
  });

  async function begin() {
    await Promise.race([settled, new Promise((done) => setTimeout(done, PATIENCE))]);
    if (store.clock.t === 0) store.play();
  }

  const offs = [
    store.subscribe(push),
    store.onFrame(overlay.draw),
    store.onFrame((t) => microscope.draw(t)),
    store.onHover(emphasize),
    scope.onChange(() => (microscope.draw(store.clock.t), emphasize(store.hovered))),
    onResize(root, async (width, height) => {
      if (!surface.ready) return;
      await surface.resize(width, height);
      push(store.state); // a much larger panel also gets larger letters
    }),
  ];
  return {
    destroy() {
      offs.forEach((off) => off());
      for (const part of [sketching, start, handles, tools, inspector, microscope, arrows, hover, cloud, overlay, surface]) part.destroy();
    },
  };
}
