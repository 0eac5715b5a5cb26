// The entry of the modules of the page of races: the bootstrap in __init__.py calls mount() for both of its mounts.

import { createAddress } from "./address.mjs";
import { createContour } from "./contour.mjs";
import { createCurve } from "./curve.mjs";
import { createDials } from "./dials.mjs";
import { createHeader } from "./header.mjs";
import { createKeys } from "./keys.mjs";
import { createLanes } from "./lanes.mjs";
import { createLessons } from "./lessons.mjs";
import { createLibrary } from "./library.mjs";
import { createMapPanel } from "./mappanel.mjs";
import { createModes } from "./modes.mjs";
import { createMount } from "./mounting.mjs";
import { createPollDoor } from "./polldoor.mjs";
import { createQuiz } from "./quiz.mjs";
import { raceKeys } from "./racekeys.mjs";
import { createScopeCurves } from "./scopecurves.mjs";
import { createScopePanel } from "./scopepanel.mjs";
import { store } from "./store.mjs";
import { createSurface } from "./surface.mjs";
import { createTold } from "./told.mjs";
import { createTransport } from "./transport.mjs";

const SKELETON = `
  <div class="dl-header"></div>
  <div class="dl-notices"></div>
  <div class="dl-told"></div>
  <div class="dl-views"><div class="dl-contour"></div><div class="dl-surface"></div><section class="dl-map" hidden></section><section class="dl-scope" hidden></section></div>
  <div class="dl-transport"></div>
  <div class="dl-curve"></div>
  <div class="dl-quiz" hidden></div>
  <div class="dl-lanes"></div>`;

const STYLES = ["player.css", "controls.css", "own.css", "quiz.css", "bench.css", "scope.css", "map.css", "fair.css", "cloud.css", "budget.css", "modes.css"];

/** What each slot is made of: selector inside the slot's element ("" = the element itself) and its maker. */
const PIECES = {
  lab: [
    ["", createKeys],
    ["", createAddress],
    ["", createHeader], // fills .dl-header and .dl-notices
    [".dl-told", createTold],
    [".dl-scope", createScopePanel], // its Escape comes before that of what lies on the contour
    [".dl-contour", createContour],
    [".dl-surface", createSurface],
    [".dl-map", createMapPanel],
    [".dl-transport", (root, store) => createTransport(root, store, raceKeys)],
    [".dl-curve", createCurve],
    [".dl-quiz", createQuiz],
    [".dl-curve", createScopeCurves],
    [".dl-lanes", createLanes],
    ["", createLibrary],
    ["", createLessons],
    ["", createModes],
    ["", createPollDoor],
  ],
  dials: [["", createDials]],
};

export default createMount(store, "lab", { skeleton: SKELETON, styles: STYLES, pieces: PIECES });
