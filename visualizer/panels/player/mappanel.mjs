// A map beside the contour, in the place of the surface: the basins of one run, or of two side by side.

import { colorOf, createBasinMap, letterOf } from "./basinmap.mjs";
import { drawCross, drawPoint } from "./glyphs.mjs";
import { TYPING } from "./keys.mjs";
import { createLayer } from "./layer.mjs";
import { partsOf } from "./mapstream.mjs";
import { brief, count } from "./numbers.mjs";
import { onResize } from "./panel.mjs";
import { scope } from "./scope.mjs";
import { theme } from "./theme.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { button, el, options, select, write } from "./ui.mjs";

const REST = 120;   // ms without another scenario until its map is asked for
const LISTED = 6;   // points that the legend names
const NAMED = 12;   // points that get their letter on the map

export function createMapPanel(root, store) {
  const page = root.closest(".dl");
  const title = el("b");
  const close = button({ icon: "close", class: "dl-quiet dl-square", "data-key": "map:close", onclick: () => store.edit("chart", { value: null }) });
  const beside = select({ label: "", key: "map:beside", onpick: (run) => add(Number(run)) });
  const bar = el("progress", { max: 1, value: 0 });
  const said = el("p", { class: "dl-map-said", role: "status" });
  const field = el("div", { class: "dl-map-field" });
  root.append(el("header", {}, title, beside, bar, close), field, said);
  let plots = [];
  let asked = "";     // the key of the map that is shown, or on its way
  let abort = null;
  let timer = 0;
  let about = null;   // what the first part says

  /** As many maps as the chart has runs. */
  function build(runs) {
    while (plots.length > runs.length) plots.pop().destroy();
    while (plots.length < runs.length) plots.push(createPlot(field, store, plots.length));
    field.dataset.maps = runs.length;
  }

  function update(state) {
    const { chart } = state.header;
    const open = Boolean(chart);
    page.classList.toggle("dl-mapping", open);
    root.hidden = !open;
    if (!open) return drop();
    write(title, store.say(`map.${chart.kind}`));
    root.setAttribute("aria-label", title.textContent);
    close.title = store.say("map.close");
    close.setAttribute("aria-label", close.title);
    build(chart.runs);
    offer(state);
    plots.forEach((plot, i) => plot.name(chart, i));
    if (chart.key !== asked) {
      drop();
      asked = chart.key;
      timer = setTimeout(load, REST, state);
    }
    plots.forEach((plot) => plot.draw(about));
  }

  function add(run) {
    const { chart } = store.state.header;
    store.edit("chart", { value: { kind: chart.kind, runs: [...chart.runs, run] } });
  }

  /** Runs that could be mapped beside the one that is. */
  function offer({ header: { chart, scenario, runs } }) {
    const others = scenario.runs.flatMap((run, i) => (!runs[i].fork && !chart.runs.includes(i) ? [[i, runName(store, i)]] : []));
    beside.hidden = chart.runs.length > 1 || !others.length;
    options(beside, [["", store.say("map.beside")], ...others], "");
  }

  function drop() {
    clearTimeout(timer);
    abort?.abort();
    [abort, asked] = [null, ""];
  }

  async function load(state) {
    const { signal } = (abort = new AbortController());
    bar.hidden = false;
    bar.value = 0;
    write(said, "");
    const done = plots.map(() => 0);
    try {
      for await (const { header, arrays } of partsOf(state.header.query, signal)) {
        if (signal.aborted) return;
        if (header.kind === "refused") write(said, store.text(header.text));
        else if (header.kind === "basins") {
          about = header;
          plots.forEach((plot) => plot.begin(header, state.header.scenario.steps));
        } else if (header.kind === "part") {
          plots[header.map]?.add(arrays, about);
          done[header.map] = header.done;
          bar.value = done.reduce((sum, share) => sum + share, 0) / done.length;
        } else if (header.kind === "whole") performance.mark("dl:map", { detail: { key: state.header.chart.key } });
      }
      bar.hidden = true;
    } catch (error) {
      if (signal.aborted) return;
      bar.hidden = true;
      write(said, store.say("map.failed"));
      console.warn(error);
    }
  }

  function press(event) {
    if (!store.state || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    if (event.key.toLowerCase() !== "b" || (target instanceof Element && target.closest(TYPING))) return;
    event.preventDefault();
    toggleMap(store);
  }
  document.addEventListener("keydown", press);

  const offs = [store.subscribe(update), onResize(field, () => plots.forEach((plot) => plot.draw(about)))];
  return {
    destroy() {
      drop();
      document.removeEventListener("keydown", press);
      offs.forEach((off) => off());
      plots.forEach((plot) => plot.destroy());
    },
  };
}

/** Opens the map of basins of the first runs that are shown, or closes the map. */
export function toggleMap(store) {
  const { chart, scenario, runs } = store.state.header;
  if (chart) return store.edit("chart", { value: null });
  if (store.state.header.timed) return; // its second axis is no place to start from
  const shown = scenario.runs.flatMap((run, i) => (run.visible && !runs[i].fork ? [i] : []));
  scope.close(store);
  if (shown.length) store.edit("chart", { value: { kind: "basins", runs: shown.slice(0, 1) } });
}

/** One map: its run, its picture, its legend. */
function createPlot(field, store, place) {
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
    const [x0, x1, y0, y1] = about.window;
    const at = ([x, y]) => ({ x: (w * (x - x0)) / (x1 - x0), y: (h * (y1 - y)) / (y1 - y0) });
    const { g } = layer;
    const { counts } = map.shares();
    about.points.forEach((point, i) => {
      const spot = at([point.x, point.y]);
      drawPoint(g, { ...point, ...spot, faint: !counts.get(i) }, theme);
      if (counts.get(i) && order(counts).indexOf(i) < NAMED) tag(g, letterOf(i), spot);
    });
    const { start } = store.state.header.scenario;
    drawCross(g, { ...at(start), label: store.say("map.start"), flip: at(start).x > 0.7 * w }, { ...theme, color: theme.text });
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

  const order = (counts) => [...counts.keys()].filter((key) => key >= 0).sort((a, b) => counts.get(b) - counts.get(a));

  /** Which share of the starts came where. */
  function count_() {
    wait = 0;
    const { counts, known } = map.shares();
    const share = (n) => `${((100 * n) / known).toFixed(1)}%`;
    const row = (color, text, n) => el("li", {}, el("i", { style: `background: ${color}` }), el("span", { text }), el("b", { text: share(n) }));
    const points = order(counts);
    const rows = points.slice(0, LISTED).map((i) => {
      const { x, y, value } = about.points[i];
      const where = `(${brief(x, 3)}, ${brief(y, 3)})`;
      const color = el("i", { style: `background: rgb(${colorOf(i)})` });
      return el("li", { title: `${where} f = ${brief(value, 7)}` }, color, el("span", { text: letterOf(i) }), el("span", { class: "dl-map-where", text: where }), el("b", { text: share(counts.get(i)) }));
    });
    const rest = points.slice(LISTED).reduce((sum, i) => sum + counts.get(i), 0);
    if (rest) rows.push(row("transparent", store.say("map.others", { count: points.length - LISTED }), rest));
    if (counts.get(-1)) rows.push(row("#999", store.say("map.nowhere"), counts.get(-1)));
    if (counts.get(-2)) rows.push(row("#222", store.say("map.diverged"), counts.get(-2)));
    legend.replaceChildren(...rows);
    draw();
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
    },
    begin(header, steps) {
      about = header;
      map.begin(header.size, steps);
      map.repaint(theme.dark);
      frame.style.aspectRatio = `${header.window[1] - header.window[0]} / ${header.window[3] - header.window[2]}`;
    },
    add(arrays, header) {
      about = header;
      map.add(arrays);
      wait ||= setTimeout(count_, 60);
    },
    draw,
    destroy() {
      clearTimeout(wait);
      layer.destroy();
      element.remove();
    },
  };
}
