// The entry of the file that panels/offline.py writes: the pieces that need no server. A disabled fieldset is out of
// reach for hand and keyboard, whatever it holds.

import { createContour } from "./contour.mjs";
import { createCurve } from "./curve.mjs";
import { createKeys } from "./keys.mjs";
import { createLanes } from "./lanes.mjs";
import { createMount } from "./mounting.mjs";
import { partingMarks } from "./partings.mjs";
import { store } from "./store.mjs";
import { createSurface } from "./surface.mjs";
import { createTold } from "./told.mjs";
import { createTransport } from "./transport.mjs";

const SKELETON = `
  <div class="dl-told"></div>
  <div class="dl-views"><fieldset class="dl-contour" disabled></fieldset><div class="dl-surface"></div></div>
  <div class="dl-transport"></div>
  <div class="dl-curve"></div>
  <fieldset class="dl-lanes" disabled></fieldset>`;

const marksOnly = () => ({ keys: [], marks: (state) => partingMarks(store, state), words() {}, offs: [] });

const PIECES = {
  lab: [
    ["", createKeys],
    [".dl-told", createTold],
    [".dl-contour", createContour],
    [".dl-surface", createSurface],
    [".dl-transport", (root) => createTransport(root, store, marksOnly)],
    [".dl-curve", createCurve],
    [".dl-lanes", createLanes],
  ],
};

store.edit = () => {}; // nobody would answer: a click on the contour, too, is only a click

export default createMount(store, "lab", { skeleton: SKELETON, styles: [], pieces: PIECES });
