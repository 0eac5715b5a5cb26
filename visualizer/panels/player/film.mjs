// A race as a film: the contour plot with the paths up to each frame's step, as a GIF or as an MP4. The browser makes all
// of it, one frame at a time, so that the page goes on meanwhile and a server of three hundred students has no part in it.

import { paintArrows } from "./arrows.mjs";
import { createCloudLayer } from "./cloudlayer.mjs";
import { compose } from "./figure.mjs";
import { save } from "./figurefile.mjs";
import { openBox } from "./filmbox.mjs";
import { createOverlay } from "./overlay.mjs";
import { LOOK } from "./paths.mjs";
import { aboutOf, figureOf, plotOf } from "./racefigure.mjs";

/** scale: pixels of a figure's pixel (960 are its width); `hold` seconds are added at the end. */
const KINDS = {
  gif: { module: "./filmgif.mjs", scale: 1, rate: 20, seconds: 8, hold: 1.2 },
  mp4: { module: "./filmmp4.mjs", scale: 4 / 3, rate: 30, seconds: 10, hold: 1 },
};

const even = (value) => 2 * Math.ceil(value / 2); // which video wants

let making = null; // the film that is being made; one at a time

/** Frames on one canvas; `show(t)` draws the one at play position t. */
async function createReel(store, scale) {
  const plot = await plotOf(store);
  const about = aboutOf(store);
  const canvas = document.createElement("canvas");
  const g = canvas.getContext("2d", { willReadFrequently: true, alpha: false });
  let [now, stage] = [0, null];
  const figure = figureOf(store, plot, () => now, (on, t) => {
    const { a, e, f } = on.getTransform();
    stage ??= createStage(store, plot, a);
    on.setTransform(1, 0, 0, 1, Math.round(e), Math.round(f)); // pixel on pixel: it is faster, and sharp
    stage.draw(on, t);
  });
  const whole = compose(g, [figure], about);
  [canvas.width, canvas.height] = [even(scale * whole.width), even(scale * whole.height)];
  return {
    canvas,
    g,
    file: about.file,
    colors: figure.legend.map(({ color }) => color),
    clock: store.clock,
    last: plot.state.header.scenario.steps,
    show(t) {
      now = t;
      g.setTransform(canvas.width / whole.width, 0, 0, canvas.height / whole.height, 0, 0);
      whole.draw(g);
    },
  };
}

/** What stands still, drawn once, and the player's own overlay: both `sharp` pixels for each of the panel's. */
function createStage(store, { root, state, width, height, map, scene, bold, ground }, sharp) {
  const still = Object.assign(document.createElement("canvas"), { width: Math.round(width * sharp), height: Math.round(height * sharp) });
  const g = still.getContext("2d", { willReadFrequently: true });
  g.scale(sharp, sharp);
  g.drawImage(ground, 0, 0, width, height);
  paintArrows(g, state, map);
  const cloud = createCloudLayer(root, store, () => {});
  const overlay = createOverlay(null, { ...LOOK, ghost: 0, sharp }); // a film does not tell beforehand where it leads
  overlay.set({ ...scene, beneath: cloud.beneath(map) }, width, height, 0, bold, null);
  cloud.destroy();
  return {
    draw(on, t) {
      on.drawImage(still, 0, 0);
      overlay.draw(t);
      on.drawImage(overlay.canvas, 0, 0);
    },
  };
}

/** The play positions of all frames: the whole race at an even pace. */
export function timesOf(last, { rate, seconds }) {
  const frames = Math.round(rate * seconds);
  return Array.from({ length: frames }, (_, i) => (last * i) / (frames - 1));
}

/** @param {"gif" | "mp4"} kind */
export async function makeFilm(store, kind) {
  if (making) return making.box?.focus();
  const stop = new AbortController();
  making = { box: null };
  const { signal } = stop;
  const box = (making.box = await openBox(store, store.say(`save.${kind}`), () => stop.abort()));
  try {
    const { encode } = await import(KINDS[kind].module);
    const reel = await createReel(store, KINDS[kind].scale);
    const { blob, note } = await encode(reel, { ...KINDS[kind], times: timesOf(reel.last, KINDS[kind]), signal, show: box.show });
    signal.throwIfAborted();
    save(blob, `${reel.file}.${kind}`);
    if (note) box.say(store.say(note));
    else box.close();
  } catch (error) {
    if (!signal.aborted) {
      console.warn(error);
      box.say(store.say(error.words ?? "save.film_failed", { why: error.message }));
    }
  } finally {
    making = null;
  }
}
