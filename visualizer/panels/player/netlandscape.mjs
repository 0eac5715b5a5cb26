// The loss around the learners' paths: maps of a slice, of training and test points on one scale of colors; or the same
// slice in 3-D, with the paths at their true height; or the lines between the networks' ends.

import { createLines } from "./netlandscapelines.mjs";
import { createPlane } from "./netlandscapeplane.mjs";

/** @returns {import("./netviews.mjs").View} */
export function create(field, store) {
  let part = null; // {by, made} what draws the newest header
  const makers = { line: createLines };

  function begin(header, arrays) {
    const make = makers[header.by] ?? createPlane;
    if (part?.make !== make) {
      part?.made.destroy();
      part = { make, made: make(field, store) };
    }
    part.made.begin(header, arrays);
  }

  return {
    begin,
    add: (header, arrays) => part?.made.add(header, arrays),
    draw: () => part?.made.draw(),
    whole: () => part?.made.whole?.(),
    frame: (t) => part?.made.frame?.(t),
    figures: () => part?.made.figures() ?? [],
    destroy: () => part?.made.destroy(),
  };
}
