// Pictures of units as a figure to take away, and their numbers.

import { SIDE, drawTile } from "./netpictures.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";

const GAP = 5;
const PIXELS = SIDE * SIDE;
const ACROSS = 16; // pictures in a row of the page's width

/** @returns {import("./figure.mjs").Figure} */
export function unitsFigure({ store, about, groups, frames, now, most, color, headOf, nameOf, valuesOf }) {
  const { bounds, penalty } = store.state.header.view.values;
  const boxed = about.show === "maximal" && bounds === "pixels";
  const side = (w) => (w - GAP * (ACROSS - 1)) / ACROSS;
  /** Paints, or only measures; how high it is. */
  const paint = (g, w, size) => {
    let y = 0;
    for (const group of groups) {
      if (g) {
        g.font = `600 ${size}px ${theme.font}`;
        Object.assign(g, { fillStyle: theme.text, textAlign: "left", textBaseline: "top" });
        g.fillText(headOf(group), 0, y);
        for (let unit = 0; unit < group.count; unit++) drawTile(g, valuesOf(group, unit), color, (unit % ACROSS) * (side(w) + GAP), y + 1.6 * size + Math.floor(unit / ACROSS) * (side(w) + GAP), side(w));
      }
      y += 1.6 * size + Math.ceil(group.count / ACROSS) * (side(w) + GAP) + 6;
    }
    return y;
  };
  const notes = frames
    ? [store.say("net_weights.frame_note", { step: frames.at[now], rough: exact(frames.all(now)) })]
    : [store.say("net_weights.climb_note", { penalty: exact(penalty), starts: about.starts, bounds: store.say(`net_weights.bounds_${bounds}`) })];
  return {
    name: about.show,
    title: "",
    paint: (g, w, h, size) => paint(g, w, size),
    height: (w, size) => paint(null, w, size),
    legend: [],
    scale: { label: store.say(`net_weights.scale_${about.show}`), low: boxed ? "0" : exact(-most), high: boxed ? "1" : exact(most), color: (share) => `rgb(${color(boxed ? share : (2 * share - 1) * most).join()})` },
    notes,
    table: () => ({
      notes,
      head: ["layer", "unit", "row", "column", about.show === "weights" ? "weight" : "pixel", "roughness", ...(frames ? [] : ["value"])],
      rows: groups.flatMap((group) => Array.from({ length: group.count * PIXELS }, (_, i) => {
        const [unit, k] = [Math.floor(i / PIXELS), i % PIXELS];
        return [group.layer + 1, nameOf(group.layer, unit), Math.floor(k / SIDE) + 1, (k % SIDE) + 1, group.values[i], group.rough[unit], ...(frames ? [] : [group.value[unit]])];
      })),
    }),
  };
}
