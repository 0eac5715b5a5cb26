// The entry of the modules of the page of networks.

import { createAddress } from "./address.mjs";
import { createKeys } from "./keys.mjs";
import { createLessons } from "./lessons.mjs";
import { createModes } from "./modes.mjs";
import { createMount } from "./mounting.mjs";
import { createStudyCurves } from "./netcurves.mjs";
import { createStudyDials } from "./netdials.mjs";
import { createField } from "./netfield.mjs";
import { createStudyHeader } from "./netheader.mjs";
import { createStudyLanes } from "./netlanes.mjs";
import { createProgress } from "./netprogress.mjs";
import { createViewPanel } from "./netviews.mjs";
import { store } from "./netstore.mjs";
import { createPollDoor } from "./polldoor.mjs";
import { createTransport } from "./transport.mjs";

const SKELETON = `
  <div class="dl-header"></div>
  <div class="dl-notices"></div>
  <div class="dl-views"><section class="dl-net-field"></section><section class="dl-net-view"></section></div>
  <div class="dl-transport"></div>
  <div class="dl-net-curves"></div>
  <div class="dl-lanes"></div>`;

const STYLES = ["player.css", "controls.css", "scope.css", "map.css", "bench.css", "net.css", "netlanes.css", "netfield.css", "netlandscape.css", "nettransfer.css", "netweights.css", "netdropout.css", "netsharpness.css", "netclaims.css", "netregularization.css", "modes.css"];

const PIECES = {
  study: [
    ["", createKeys],
    ["", createAddress],
    ["", createStudyHeader], // fills .dl-header and .dl-notices
    [".dl-views", createProgress],
    [".dl-net-field", createField],
    [".dl-net-view", createViewPanel],
    [".dl-transport", createTransport],
    [".dl-net-curves", createStudyCurves],
    [".dl-lanes", createStudyLanes],
    ["", createLessons],
    ["", createModes],
    ["", createPollDoor],
  ],
  dials: [["", createStudyDials]],
};

export default createMount(store, "study", { skeleton: SKELETON, styles: STYLES, pieces: PIECES });
