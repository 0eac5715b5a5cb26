// The view of ensembles: seeds, snapshots of one run, means of weights, and what each of them is worth.

import { createTogether } from "./netenstogether.mjs";
import { create as createWorth } from "./netensworth.mjs";
import * as seeds from "./netensseeds.mjs";
import * as snapshots from "./netenssnapshots.mjs";
import * as swa from "./netensswa.mjs";
import * as weights from "./netensweights.mjs";
import { createModes } from "./netregularization.mjs";

const KINDS = { seeds, snapshots, swa, weights };
const MODES = Object.fromEntries(Object.entries(KINDS).map(([kind, part]) => [kind, (field, store) => createTogether(field, store, part)]));

export const create = (field, store) => createModes(field, store, { ...MODES, worth: createWorth });
