// The view of regularization: one change, all of them, the strength of one, or what it does to bias and variance.

import { create as createBias } from "./netregbias.mjs";
import { create as createEvery } from "./netregevery.mjs";
import { create as createOne } from "./netregone.mjs";
import { create as createSweep } from "./netregsweep.mjs";

const MODES = { one: createOne, all: createEvery, sweep: createSweep, bias: createBias };

export const create = (field, store) => createModes(field, store, MODES);

/** A view whose modes are views of their own: what was drawn stays until there is something of the next. */
export function createModes(field, store, modes) {
  let [mode, made] = ["", null];

  function begin(header, arrays) {
    if (mode !== header.mode) {
      made?.destroy();
      [mode, made] = [header.mode, modes[header.mode](field, store)];
    }
    made.begin(header, arrays);
    made.draw();
    made.frame?.(store.clock.t);
  }

  return {
    begin,
    add(header, arrays) {
      made.add(header, arrays);
      made.draw();
    },
    draw: () => made?.draw(),
    whole: () => made?.whole?.(),
    frame: (t) => made?.frame?.(t),
    figures: () => made?.figures() ?? [],
    destroy: () => made?.destroy(),
  };
}
