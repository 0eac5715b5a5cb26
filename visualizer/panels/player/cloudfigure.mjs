// The noise cloud as a figure: the surface with the seeds' dots at one step, beside it how many have left and how far
// they spread, below it the numbers.

import { letterOf } from "./basinmap.mjs";
import { DIVERGED, NOWHERE, OUTSIDE, cloud, colorOf, grouped, placesAt, stageColor } from "./cloud.mjs";
import { leftLabel, paintLeft, paintSpread, spreadLabel } from "./cloudcurves.mjs";
import { letters, neighborhood, shade } from "./cloudground.mjs";
import { angle, axisColors, createWords } from "./cloudwords.mjs";
import { LEVELS, look } from "./contours.mjs";
import { drawCross, drawPoint } from "./glyphs.mjs";
import { aspectOf } from "./plane.mjs";
import { axisOf, boxOf, drawAxes, within } from "./plotaxes.mjs";
import { drawBands } from "./sketch.mjs";
import { theme } from "./theme.mjs";
import { runName } from "./tracks.mjs";

const DOT = 3.2;       // px
const FAINT = [[4096, 0.55], [1024, 0.8]]; // dots of so many seeds and more
const BOLD = 1.2;      // of dashed lines
const NEVER = 2 ** 32 - 1;
const SHARE = 0.53;    // of the width for the surface, where something is beside it
const HIGHEST = 540;   // px of the surface's picture
const LEAST = 330;     // px that two plots over each other need
const FINE = 2;        // pixels of the surface a px: a picture is that sharp
const NAMED = 12;      // minima that get their letter
const LINE = 1.55;     // of a table, in letters
const ENDS = { [NOWHERE]: "elsewhere", [DIVERGED]: "diverged", [OUTSIDE]: "outside" }; // as a table of numbers names them

/** @param {object} about the first header @param {object} found the parts by name, {header, arrays...} */
export function cloudFigure(store, about, found) {
  const t = Math.min(Math.floor(store.clock.t), found.cloud.at.at(-1));
  const { header, grid } = store.state;
  const words = createWords(store, about, found);
  const data = { ...found.cloud, n: about.seeds, header: about };
  const places = placesAt(data, t, new Float32Array(2 * data.n));
  const staged = cloud.by === "left";
  const run = header.chart.runs[0];
  const gone = (i) => Number(data.left[i] <= t); // who never leaves has a larger number
  const plots = [about.home && [words.leftTitle(), paintEscape], found.sweep && [words.spreadTitle(), paintSweep]].filter(Boolean);
  const tables = [{ ...words.ends(), heads: [store.say("cloud.ends"), ...words.ends().heads.slice(1)] }, ...(found.spread ? [words.spreads()] : [])];
  const lines = words.times();

  function paintEscape(g, w, h, size) {
    paintLeft(g, w, h, found.cloud, t, leftLabel(store), size);
  }

  function paintSweep(g, w, h, size) {
    const { over } = found.sweep.header;
    paintSpread(g, w, h, { ...found.sweep, over }, words.own(), axisColors(), spreadLabel(store, over), size);
  }

  // ---- the surface ----------------------------------------------------------------------------------------------

  /** Where the surface lies in a picture so wide, and how high that is: equal units where the page has them. */
  function sizeOf(w, size) {
    const [left, , width] = boxOf(w, w, size);
    const tall = Math.min(width / (aspectOf(about.window) ?? 1), HIGHEST);
    const wide = tall * (aspectOf(about.window) ?? width / tall);
    return { box: [left + (width - wide) / 2, boxOf(w, w, size)[1], wide, tall], height: tall + w - boxOf(w, w, size)[3] };
  }

  function paintSurface(g, box, size) {
    const [x0, x1, y0, y1] = about.window;
    const [left, top, wide, tall] = box;
    const map = { x: (x) => left + (wide * (x - x0)) / (x1 - x0), y: (y) => top + (tall * (y1 - y)) / (y1 - y0), clip: box };
    g.drawImage(groundOf(grid, about.window, wide, tall), ...box);
    within(g, box, () => {
      if (found.density) shade(g, found.density.inside, found.density.header.size, about.window, map);
      neighborhood(g, about, map, BOLD);
      const points = (best) => header.points.forEach((point) => point.best === best && drawPoint(g, { ...point, x: map.x(point.x), y: map.y(point.y) }, theme));
      points(true); // a filled star would hide the seeds at it
      dots(g, map);
      points(false);
      const [x, y] = header.scenario.start;
      drawCross(g, { x: map.x(x), y: map.y(y), label: store.say("map.start"), flip: map.x(x) > left + 0.7 * wide }, { ...theme, color: theme.text });
      letters(g, about.points, named(), map, size + 1);
    });
    const up = { axis: axisOf("linear", y0, y1), label: header.timed ? "t" : "y" };
    drawAxes(g, box, { axis: axisOf("linear", x0, x1), label: "x" }, up, { size });
  }

  function dots(g, map) {
    const alpha = FAINT.find(([many]) => data.n >= many)?.[1] ?? 1;
    const draw = (color, seeds) => {
      g.fillStyle = color;
      for (const i of seeds) {
        const [x, y] = [map.x(places[2 * i]), map.y(places[2 * i + 1])];
        if (seen(x, y, map.clip)) g.fillRect(x - DOT / 2, y - DOT / 2, DOT, DOT);
      }
    };
    g.save();
    g.globalAlpha = alpha;
    const { order, groups } = grouped(data.end);
    if (staged) for (const stage of [0, 1]) draw(stageColor(stage), [...order.keys()].filter((i) => gone(i) === stage));
    else for (const { end, from, to } of groups) draw(colorOf(end), order.subarray(from, to));
    g.restore();
  }

  /** The minima that most seeds end at. */
  const named = () => [...found.cloud.header.ends].sort((one, other) => other.count - one.count).slice(0, NAMED).map(({ point }) => point);

  // ---- all of it ------------------------------------------------------------------------------------------------

  /** Where everything goes in a width. */
  function layout(w, size) {
    const letter = size - 2; // of the axes
    const left = plots.length ? w * SHARE : w;
    const surface = sizeOf(left, letter);
    const top = Math.max(surface.height, plots.length * (LEAST / 2));
    const rows = Math.max(...tables.map((table) => table.rows.length + 1));
    const [said, listed] = [lines.length * size * LINE + 8, rows * (size - 1) * LINE];
    return { letter, left, surface, top, said, height: top + 10 + said + listed };
  }

  function paint(g, w, h, size) {
    const { letter, left, surface, top, said } = layout(w, size);
    paintSurface(g, surface.box, letter);
    const each = top / plots.length;
    plots.forEach(([title, draw], k) => moved(g, left + 16, k * each, () => {
      label(g, title, 0, 2, { size: letter + 1, weight: "600 " });
      moved(g, 0, letter * 1.8, () => draw(g, w - left - 16, each - letter * (k < plots.length - 1 ? 2.6 : 1.8), letter));
    }));
    lines.forEach((line, k) => label(g, line, 0, top + 10 + k * size * LINE, { size }));
    const beside = tables.length > 1 ? (w - 36) / 2 : w * SHARE;
    tables.forEach((one, k) => moved(g, k * (beside + 36), top + 10 + said, () => table(g, one, beside, size - 1, staged && !k)));
  }

  function* rows() {
    const digits = Math.max(0, Math.ceil(-Math.log10(unit)) + 1);
    const exact = (value) => (Number.isNaN(value) ? NaN : Number(value.toFixed(digits)));
    for (let i = 0; i < data.n; i++) {
      const { end, left } = data;
      yield [(header.scenario.seed + i) % 2 ** 31, exact(places[2 * i]), exact(places[2 * i + 1]), left[i] === NEVER ? "" : left[i], ENDS[end[i]] ?? letterOf(end[i])];
    }
  }

  const unit = Math.max(about.box[1] - about.box[0], about.box[3] - about.box[2]) / 65533; // that places were sent in
  const points = [...new Set(data.end)].filter((k) => k >= 0).sort((a, b) => a - b)
    .map((k) => `${letterOf(k)} = (${[about.points[k].x, about.points[k].y].map((value) => Number(value.toPrecision(9))).join(" ")})`);
  const axes = found.sweep && !found.spread ? found.sweep.header.axes.map((axis, k) => ({ text: `${store.say("cloud.direction")} ${angle(axis)}`, color: axisColors()[k] })) : [];
  const recorded = data.ticks.includes(t);
  return {
    name: header.scenario.runs[run].optimizer,
    title: `${runName(store, run)} \u00b7 ${words.now(t)}`,
    paint,
    height: (w, size) => layout(w, size).height,
    legend: [...(staged ? ["cloud.there", "cloud.gone"].map((key, i) => ({ text: store.say(key), color: stageColor(i) })) : []), ...axes],
    notes: [words.leftNote(), words.densityNote(), found.spread && words.spreadNote(), found.sweep && words.sweepNote()].filter(Boolean),
    table: () => ({
      notes: [store.sayTick("cloud.unit", { step: t }), recorded ? store.say("cloud.unit_recorded", { off: Number((0.6 * unit).toPrecision(2)) }) : store.sayTick("cloud.unit_between"), ...points],
      head: ["seed", "x", "y", "left", "end"],
      rows: rows(),
    }),
  };
}

const seen = (x, y, [left, top, wide, tall]) => x > left - DOT && x < left + wide + DOT && y > top - DOT && y < top + tall + DOT;

/** The surface in bands of color with lines between them, as the page shows it. */
function groundOf(grid, [x0, x1, y0, y1], wide, tall) {
  const [w, h] = [Math.round(wide * FINE), Math.round(tall * FINE)];
  const map = { x: { back: (i) => x0 + ((x1 - x0) * i) / w }, y: { back: (j) => y1 - ((y1 - y0) * j) / h } };
  const host = document.createElement("div");
  const { scale, line } = look();
  drawBands(host, grid, [0, 0, w, h], map, { scale, line: { ...line, width: line.width * FINE } }, LEVELS);
  return host.firstChild;
}

function moved(g, x, y, draw) {
  g.save();
  g.translate(x, y);
  draw();
  g.restore();
}

function label(g, words, x, y, { size, weight = "", color = theme.text, align = "left" }) {
  g.font = `${weight}${size}px ${theme.font}`;
  Object.assign(g, { fillStyle: color, textAlign: align, textBaseline: "top" });
  g.fillText(words, x, y);
}

/** A table of `words`: the first column to the left, the others to the right, what is left over between them. */
function table(g, { heads, rows }, wide, size, plain) {
  const high = size * LINE;
  const first = (row) => (row.at ? `${row.name} ${row.at}` : row.name);
  g.font = `600 ${size}px ${theme.font}`;
  const widths = heads.map((head, k) => Math.max(g.measureText(head).width, ...rows.map((row) => (k ? g.measureText(row.cells[k - 1]).width : g.measureText(first(row)).width + 20))));
  const gap = (wide - widths.reduce((sum, one) => sum + one, 0)) / Math.max(1, heads.length - 1);
  const right = widths.map((_, k) => widths.slice(0, k + 1).reduce((sum, one) => sum + one + gap, -gap));
  heads.forEach((head, k) => label(g, head, k ? right[k] : 0, 0, { size, color: theme.muted, align: k ? "right" : "left" }));
  rows.forEach((row, i) => {
    const y = (i + 1) * high;
    g.fillStyle = theme.border;
    g.fillRect(0, y - 5, wide, 1);
    if (!plain) swatch(g, row, size / 2, y + size / 2);
    label(g, first(row), plain ? 0 : 20, y, { size, weight: "600 " });
    row.cells.forEach((cell, k) => label(g, cell, right[k + 1], y, { size, align: "right" }));
  });
}

function swatch(g, { color, round }, x, y) {
  g.fillStyle = color;
  if (!round) return g.fillRect(x - 6, y - 6, 12, 12);
  g.beginPath();
  g.arc(x, y, 6, 0, 2 * Math.PI);
  g.fill();
}
