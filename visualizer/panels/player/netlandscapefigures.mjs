// A slice to take away: its maps or lines, with all their numbers.

import { colorAt } from "./netlandscapecolors.mjs";
import { ABOVE, BELOW, LEFT } from "./netlandscapemap.mjs";
import { KINDS } from "./netlandscapenodes.mjs";
import { percent } from "./netlandscapewords.mjs";
import { short } from "./ticks.mjs";

const LETTERS = 11; // px of a map's letters on the page
const FLAT = 0.5;   // of a figure of lines, height to width

/** @returns {import("./figure.mjs").Figure[]} */
export function figuresOf(store, model, kinds, maps, sentence) {
  const say = (word, values) => store.say(`net_landscape.${word}`, values);
  const { nodes, scale, ways, at } = model;
  const notes = [sentence, say("export_paths"), ...ways.map((way) => `${way.name}: ${say("facts", { distance: short(way.distance.at(-1)), kept: percent(way.kept) })}`)];
  return kinds.map((kind) => ({
    name: KINDS[kind],
    title: model.titles[kind],
    height: (w, size) => w - ((LEFT + 6 - BELOW - ABOVE) * size) / LETTERS,
    paint: (g, w, h, size) => maps[kind].paint(g, w, h, size, model.snapshotAt(store.clock.t)),
    legend: ways.map((way) => ({ text: way.name, color: way.track.color, dash: way.track.dash })),
    scale: { label: model.titles[kind], low: short(scale.back(scale.low)), high: short(scale.back(scale.high)), color: colorAt },
    notes,
    table: () => ({
      notes,
      head: ["what", "run", "step", "points", "u", "v", "loss", "plane_loss", "mistakes", "distance"],
      rows: rowsOf(kind),
    }),
  }));

  function* rowsOf(kind) {
    for (let k = 0; k < nodes.nx * nodes.ny; k++) {
      yield ["node", "", "", KINDS[kind], nodes.x(k % nodes.nx), nodes.y(Math.floor(k / nodes.nx)), nodes.loss[kind][k], nodes.loss[kind][k], nodes.mistakes[kind][k], 0];
    }
    for (const way of ways) {
      for (let k = 0; k < way.distance.length; k++) {
        yield ["path", way.name, at[k], KINDS[kind], way.coordinates[2 * k], way.coordinates[2 * k + 1], way.own?.[2 * k + kind] ?? NaN, way.projected?.[2 * k + kind] ?? NaN, NaN, way.distance[k]];
      }
    }
  }
}

/** @returns {import("./figure.mjs").Figure[]} of lines: losses above mistakes, a column for each kind of points */
export function lineFigures(store, model, plots, titleOf) {
  const kinds = [...new Set(plots.map((plot) => plot.kind))];
  return kinds.map((kind) => {
    const own = plots.filter((plot) => plot.kind === kind);
    return {
      name: KINDS[kind],
      title: titleOf("loss", kind),
      height: (w) => 2 * FLAT * w,
      paint: (g, w, h, size) => own.forEach((plot, i) => {
        g.save();
        g.translate(0, (i * h) / own.length);
        plot.paint(g, w, h / own.length, size);
        g.restore();
      }),
      legend: model.lines.map((line) => ({ text: `${model.first} → ${line.name}`, color: line.track.color, dash: line.track.dash })),
      notes: [store.say("net_landscape.from", { name: model.first })],
      table: () => ({
        head: ["from", "to", "points", "t", "loss", "mistakes"],
        rows: model.lines.flatMap((line) => Array.from(model.ts, (t, k) => [model.first, line.name, KINDS[kind], t, line.loss[2 * k + kind], line.mistakes[2 * k + kind]])),
      }),
    };
  });
}
