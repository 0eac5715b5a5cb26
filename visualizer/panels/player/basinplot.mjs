// The basins of one run: its picture, the points over it, and how many starts came to each.

import { createBasinMap, letterOf } from "./basinmap.mjs";
import { drawCross, drawPoint } from "./glyphs.mjs";
import { createLayer } from "./layer.mjs";
import { brief, count } from "./numbers.mjs";
import { axisOf, boxOf, drawAxes, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { el, options, select, write } from "./ui.mjs";

const LISTED = 6;   // points that the legend names
const NAMED = 12;   // points that get their letter on the map
const HIGHEST = 540; // px of an exported picture

/** One map: its run, its picture, its legend. */
export function createBasinPlot(field, store, place) {
  const which = select({ label: "", key: `map:run:${place}`, onpick: choose });
  const swatch = el("i", { class: "dl-scope-swatch", "aria-hidden": "true" });
  const canvas = el("canvas", { class: "dl-map-picture" });
  const frame = el("div", { class: "dl-map-frame" }, canvas);
  const legend = el("ul", { class: "dl-map-legend" });
  const read = el("output", { class: "dl-map-read" });
  const element = el("figure", { class: "dl-map-plot" }, el("figcaption", {}, swatch, which, read), frame, legend);
  field.append(element);
  const map = createBasinMap(canvas);
  const layer = createLayer(frame);
  layer.canvas.classList.add("dl-still");
  let [about, look, wait] = [null, "", 0];

  function choose(value) {
    const { chart } = store.state.header;
    const runs = [...chart.runs];
    if (value === "") runs.splice(place, 1);
    else runs[place] = Number(value);
    store.edit("chart", { value: { kind: chart.kind, runs } });
  }

  /** Points, the start, and their letters over the picture. */
  function draw(found = about) {
    about = found;
    if (!about || !store.state) return;
    if (look !== theme.key) map.repaint(theme.dark);
    look = theme.key;
    const [w, h] = [frame.clientWidth, frame.clientHeight];
    layer.fit([0, 0, w, h]);
    layer.clear();
    marks(layer.g, [0, 0, w, h]);
  }

  /** What lies over a picture in this box, on any context. */
  function marks(g, [left, top, w, h]) {
    const [x0, x1, y0, y1] = about.window;
    const at = ([x, y]) => ({ x: left + (w * (x - x0)) / (x1 - x0), y: top + (h * (y1 - y)) / (y1 - y0) });
    const { counts } = map.shares();
    const named = new Set(order(counts).slice(0, NAMED));
    about.points.forEach((point, i) => {
      const spot = at([point.x, point.y]);
      drawPoint(g, { ...point, ...spot, faint: !counts.get(i) }, theme);
      if (named.has(i)) tag(g, letterOf(i), spot);
    });
    const start = at(store.state.header.scenario.start);
    drawCross(g, { ...start, label: store.say("map.start"), flip: start.x > left + 0.7 * w }, { ...theme, color: theme.text });
  }

  /** All of the plot with its axes, w x h, on any context; x and y are of one scale. */
  function paint(g, w, h, size) {
    const [left, top, width, height] = boxOf(w, h, size);
    const [x0, x1, y0, y1] = about.window;
    const wide = Math.min(width, (height * (x1 - x0)) / (y1 - y0));
    const box = [left + (width - wide) / 2, top, wide, height];
    g.drawImage(canvas, ...box);
    drawAxes(g, box, { axis: axisOf("linear", x0, x1), label: "x" }, { axis: axisOf("linear", y0, y1), label: "y" }, { size });
    within(g, box, () => marks(g, box));
  }

  /** How high a plot so wide is. */
  function heightOf(w, size) {
    const [x0, x1, y0, y1] = about.window;
    const [, , width, height] = boxOf(w, w, size);
    return Math.min((width * (y1 - y0)) / (x1 - x0), HIGHEST) + w - height;
  }

  function tag(g, text, { x, y }) {
    g.font = `700 13px ${theme.font}`;
    g.textAlign = "left";
    g.textBaseline = "bottom";
    g.lineWidth = 4;
    g.lineJoin = "round";
    g.strokeStyle = theme.halo;
    g.fillStyle = theme.text;
    g.strokeText(text, x + 7, y - 4);
    g.fillText(text, x + 7, y - 4);
  }

  /** The points that starts came to, the most first; before them the global minima, whether or not one came there. */
  function order(counts) {
    const best = about.points.flatMap((point, i) => (point.best ? [i] : []));
    const rest = [...counts.keys()].filter((key) => key >= 0 && !about.points[key].best);
    return [best, rest].flatMap((list) => list.sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0)));
  }

  /** Which share of the starts came where. */
  function tally() {
    wait = 0;
    const { counts, known } = map.shares();
    const share = (n = 0) => `${((100 * n) / known).toFixed(1)}%`;
    const row = (color, text, n) => el("li", {}, el("i", { style: `background: ${color}` }), el("span", { text }), el("b", { text: share(n) }));
    const points = order(counts);
    const rows = points.slice(0, LISTED).map((i) => {
      const { x, y, value } = about.points[i];
      const where = `(${brief(x, 3)}, ${brief(y, 3)})`;
      const color = el("i", { style: `background: rgb(${map.colorOf(i)})` });
      return el("li", { title: `${where} f = ${brief(value, 7)}` }, color, el("span", { text: letterOf(i) + (about.points[i].best ? " ★" : "") }), el("span", { class: "dl-map-where", text: where }), el("b", { text: share(counts.get(i)) }));
    });
    const rest = points.slice(LISTED).reduce((sum, i) => sum + (counts.get(i) ?? 0), 0);
    if (rest) rows.push(row("transparent", store.say("map.others", { count: points.length - LISTED }), rest));
    if (counts.get(-1)) rows.push(row("#999", store.say("map.nowhere"), counts.get(-1)));
    if (counts.get(-2)) rows.push(row("#222", store.say("map.diverged"), counts.get(-2)));
    legend.replaceChildren(...rows);
    draw();
  }

  function figure() {
    const { chart, scenario } = store.state.header;
    if (!about || chart?.kind !== "basins") return null;
    const { counts, known } = map.shares();
    const share = (n = 0) => `${((100 * n) / known).toFixed(1)}%`;
    const other = { [-1]: [store.say("map.nowhere"), "#999"], [-2]: [store.say("map.diverged"), "#222"] };
    const called = (i) => (i < 0 ? { [-1]: "none", [-2]: "diverged" }[i] : letterOf(i));
    const entry = (i) => ({ text: `${i < 0 ? other[i][0] : `${letterOf(i)} ${where(about.points[i])}`} ${share(counts.get(i))}`, color: i < 0 ? other[i][1] : `rgb(${map.colorOf(i)})`, hatched: i === -2 });
    const where = ({ x, y }) => `(${brief(x, 3)}, ${brief(y, 3)})`;
    const run = runName(store, chart.runs[place]);
    const [x0, x1, y0, y1] = about.window;
    const points = about.points.map(({ x, y }, i) => `${letterOf(i)} = (${[x, y].map((value) => Number(value.toPrecision(9))).join(" ")})`);
    return {
      name: scenario.runs[chart.runs[place]].optimizer,
      title: run,
      height: heightOf,
      paint,
      legend: [...order(counts).slice(0, NAMED), ...[-1, -2].filter((i) => counts.get(i))].map(entry),
      notes: [store.say("export.basins", { steps: count(scenario.steps) })],
      table: () => ({
        notes: [store.say("export.basin_unit"), ...points],
        head: ["run", "x", "y", "point", "steps"],
        rows: map.starts((u, v, point, steps) => [run, x0 + u * (x1 - x0), y0 + v * (y1 - y0), called(point), point < 0 ? NaN : steps]),
      }),
    };
  }

  const shareAt = (event) => {
    const box = frame.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
  };
  const inside = ([u, v]) => u >= 0 && u <= 1 && v >= 0 && v <= 1;
  const pointAt = ([u, v]) => {
    const [x0, x1, y0, y1] = about.window;
    return [x0 + u * (x1 - x0), y0 + v * (y1 - y0)].map((value) => Number(value.toPrecision(5)));
  };
  frame.addEventListener("pointermove", (event) => {
    const share = shareAt(event);
    if (!about || !inside(share)) return;
    const [x, y] = pointAt(share);
    const found = map.at(...share);
    const names = { [-1]: "map.nowhere", [-2]: "map.diverged" };
    const end = !found ? "…" : found.point < 0 ? store.say(names[found.point]) : store.say("map.reaches", { name: letterOf(found.point), steps: count(found.steps) });
    write(read, `(${brief(x, 4)}, ${brief(y, 4)}) ${end}`);
  });
  frame.addEventListener("pointerleave", () => write(read, ""));
  frame.addEventListener("click", (event) => {
    const share = shareAt(event);
    if (!about || !inside(share)) return;
    store.edit("start", { value: pointAt(share) });
    store.seek(0);
    store.play();
  });

  return {
    name(chart, i) {
      const { scenario } = store.state.header;
      const list = scenario.runs.flatMap((run, k) => (!store.state.header.runs[k].fork && (k === chart.runs[i] || !chart.runs.includes(k)) ? [[k, runName(store, k)]] : []));
      options(which, i ? [["", store.say("map.alone")], ...list] : list, chart.runs[i]);
      which.title = store.say("map.run");
      which.setAttribute("aria-label", which.title);
      swatch.style.background = tracksOf(store.state)[chart.runs[i]].color;
      if (about) tally(); // in the language of now
    },
    begin(header, steps) {
      about = header;
      map.begin(header.size, steps, header.points);
      map.repaint(theme.dark);
      frame.style.aspectRatio = `${header.window[1] - header.window[0]} / ${header.window[3] - header.window[2]}`;
    },
    add(arrays, header) {
      about = header;
      map.add(arrays);
      wait ||= setTimeout(tally, 60);
    },
    draw,
    figure,
    destroy() {
      clearTimeout(wait);
      layer.destroy();
      element.remove();
    },
  };
}
