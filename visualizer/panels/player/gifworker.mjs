// Makes a GIF beside the page: {size, fixed}, then samples, then frames, then {end}. Each message is answered.

import { MOST_COLORS, createGif } from "./gif.mjs";
import { createHistogram, paletteOf } from "./gifpalette.mjs";

const histogram = createHistogram();
let about = null;
let gif = null;

const STEPS = {
  begin: (what) => void (about = what),
  sample: (buffer) => histogram.add(new Uint32Array(buffer)),
  frame({ buffer, delay }) {
    gif ??= createGif(...about.size, paletteOf(histogram.entries(), about.fixed, MOST_COLORS));
    gif.add(new Uint32Array(buffer), delay);
  },
  end: () => gif.finish(),
};

onmessage = ({ data: [step, what] }) => postMessage(STEPS[step](what));
