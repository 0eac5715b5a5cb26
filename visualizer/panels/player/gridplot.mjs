// What two dials of a run do together: the picture with its axes, the run itself on it, the theory's edge, the legend.

import { CONVERGES, DIVERGES, KINDS, NONE, OSCILLATES, createGridMap, scaled } from "./gridmap.mjs";
import { createLayer } from "./layer.mjs";
import { brief, count, round } from "./numbers.mjs";
import { axisOf, boxOf, drawAxes, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { el, options, select, write } from "./ui.mjs";

const MODES = ["loss", "arrived", "outcome"];
const DIGITS = 4; // of a value that a click gives to a dial

let mode = "loss"; // what was looked at last

export function createGridPlot(field, store) {
  const which = select({ label: "", key: "map:run:0", onpick: (run) => edit({ runs: [Number(run)], axes: [] }) });
  const swatch = el("i", { class: "dl-scope-swatch", "aria-hidden": "true" });
  const dials = [0, 1].map((i) => select({ label: "", key: `map:axis:${i}`, onpick: (dial) => turn(i, dial) }));
  const by = select({ label: "", key: "map:by", onpick: (value) => ((mode = value), map.look(mode, theme.dark), tell()) });
  const names = [0, 1, 2].map(() => el("span"));
  const canvas = el("canvas", { class: "dl-map-picture" });
  const inner = el("div", { class: "dl-map-inner" }, canvas);
  const frame = el("div", { class: "dl-map-frame dl-map-axes" }, inner);
  const legend = el("ul", { class: "dl-map-legend" });
  const bar = el("div", { class: "dl-map-scale" }, el("i"), el("span"), el("span"));
  const bound = el("p", { class: "dl-map-bound" });
  const read = el("output", { class: "dl-map-read" });
  const side = el("div", { class: "dl-map-side" },
    el("label", {}, names[0], dials[0]), el("label", {}, names[1], dials[1]), el("label", {}, names[2], by), bar, legend, bound, read);
  const element = el("figure", { class: "dl-map-plot dl-map-grid" }, el("figcaption", {}, swatch, which), frame, side);
  field.append(element);
  const map = createGridMap(canvas);
  const layer = createLayer(frame);
  layer.canvas.classList.add("dl-still");
  let [about, values, look, wait] = [null, null, "", 0];

  function edit(changed) {
    const { chart } = store.state.header;
    const axes = chart.axes.map(({ dial, low, high }) => ({ dial, low, high }));
    store.edit("chart", { value: { kind: "grid", runs: chart.runs, axes, ...changed } });
  }

  /** Another dial along an axis; if it is the other's, the two change places. */
  function turn(i, dial) {
    const axes = store.state.header.chart.axes.map(({ dial: name, low, high }) => ({ dial: name, low, high }));
    if (axes[1 - i].dial === dial) axes.reverse();
    else axes[i] = { dial };
    edit({ axes });
  }

  function draw(found = about) {
    about = found;
    if (!about || !store.state?.header.chart?.axes) return;
    if (look !== theme.key) map.look(mode, theme.dark);
    look = theme.key;
    const [w, h] = [frame.clientWidth, frame.clientHeight];
    const [left, top, width, height] = boxOf(w, h);
    Object.assign(inner.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    layer.fit([0, 0, w, h]);
    layer.clear();
    paint(layer.g, w, h);
  }

  /** All that is over the picture, w x h, on any context; and the picture too, where it is not on the page. */
  function paint(g, w, h, size, picture = false) {
    const [across, up] = store.state.header.chart.axes;
    const [one, other] = [across, up].map(({ scale, low, high }) => axisOf(scale, low, high));
    const box = boxOf(w, h, size);
    const at = (x, y) => [box[0] + one.share(x) * box[2], box[1] + (1 - other.share(y)) * box[3]];
    if (picture) g.drawImage(canvas, ...box);
    drawAxes(g, box, { axis: one, label: across.dial }, { axis: other, label: up.dial }, { size });
    within(g, box, () => {
      if (values?.bound) edge(g, values.bound, at);
      own(g, at(valueOf(across.dial), valueOf(up.dial)));
    });
  }

  /** The value that the mapped run has of a dial. */
  function valueOf(dial) {
    const { chart, scenario } = store.state.header;
    const run = scenario.runs[chart.runs[0]];
    const [slug, name] = dial.includes(".") ? dial.split(".") : ["", dial];
    if (!slug) return run.hyper[name];
    return slug === run.schedule.slug ? run.schedule.hyper[name] : run.wrappers[slug]?.[name];
  }

  function edge(g, points, at) {
    for (const [color, width, dash] of [[theme.halo, 4.5, []], [theme.text, 1.8, [6, 4]]]) {
      g.beginPath();
      for (let i = 0; i < points.length; i += 2) g.lineTo(...at(points[i], points[i + 1]));
      g.setLineDash(dash);
      g.strokeStyle = color;
      g.lineWidth = width;
      g.stroke();
    }
    g.setLineDash([]);
  }

  /** Where the run itself stands. */
  function own(g, [x, y]) {
    for (const [color, width] of [[theme.halo, 5], [theme.text, 2]]) {
      g.beginPath();
      g.arc(x, y, 6, 0, 2 * Math.PI);
      g.strokeStyle = color;
      g.lineWidth = width;
      g.stroke();
    }
  }

  function tell() {
    wait = 0;
    if (!about) return;
    const say = (key, more) => store.say(`map.${key}`, more);
    const percent = (share) => `${(100 * share).toFixed(1)}%`;
    const shares = map.shares();
    const row = (color, text, share) => el("li", {}, el("i", { style: `background: ${color}` }), el("span", { text }), el("b", { text: percent(share) }));
    const rows = [[CONVERGES, "converges"], [OSCILLATES, "oscillates"], [DIVERGES, "diverges"]].map(([kind, name]) =>
      row(mode === "outcome" && KINDS[kind] ? rgb(KINDS[kind]) : kind === DIVERGES ? "repeating-linear-gradient(135deg, #222 0 3px, #777 3px 5px)" : "transparent", say(name), shares[kind]));
    legend.replaceChildren(...rows);
    [...legend.children].forEach((child, i) => (child.title = say(["converges_doc", "oscillates_doc", "diverges_doc"][i])));
    bar.hidden = mode === "outcome";
    bar.firstChild.style.background = `linear-gradient(90deg, ${[0, 0.25, 0.5, 0.75, 1].map((share) => rgb(scaled(share))).join()})`;
    [bar.children[1].textContent, bar.children[2].textContent] = ends();
    draw();
  }

  const rgb = (parts) => `rgb(${parts.map(Math.round)})`;
  /** What the two ends of the color scale say. */
  const ends = () => (mode === "loss" ? map.range.slice(1).map((value) => brief(value, 2)) : ["1", count(map.total)]);

  const shareAt = (event) => {
    const box = inner.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, 1 - (event.clientY - box.top) / box.height];
  };
  const inside = ([u, v]) => u >= 0 && u <= 1 && v >= 0 && v <= 1;
  frame.addEventListener("pointermove", (event) => {
    const share = shareAt(event);
    const found = inside(share) && values ? map.at(...share) : null;
    if (!found) return write(read, "");
    const [across, up] = store.state.header.chart.axes;
    const name = ["converges", "oscillates", "diverges"][found.outcome];
    const steps = found.arrived === null ? "" : store.say("map.within", { steps: count(found.arrived) });
    const loss = found.outcome === DIVERGES ? "" : store.say("map.ends", { loss: brief(found.loss, 4) });
    write(read, [`${across.dial} = ${brief(values.x[found.x], 3)}, ${up.dial} = ${brief(values.y[found.y], 3)}`, store.say(`map.${name}`), loss, steps].filter(Boolean).join(" · "));
  });
  frame.addEventListener("pointerleave", () => write(read, ""));
  frame.addEventListener("click", (event) => {
    const share = shareAt(event);
    const found = inside(share) && values ? map.at(...share) : null;
    if (!found) return;
    const { chart } = store.state.header;
    const [across, up] = chart.axes;
    const neat = (axis, value) => (axis.kind === "int" ? value : axis.scale === "log1m" ? Number((1 - round(1 - value, DIGITS)).toPrecision(12)) : round(value, DIGITS));
    store.edit("put", { run: chart.runs[0], values: { [across.dial]: neat(across, values.x[found.x]), [up.dial]: neat(up, values.y[found.y]) } });
  });

  return {
    name(chart) {
      const { scenario, runs } = store.state.header;
      options(which, scenario.runs.flatMap((run, k) => (runs[k].fork ? [] : [[k, runName(store, k)]])), chart.runs[0]);
      swatch.style.background = tracksOf(store.state)[chart.runs[0]].color;
      chart.axes.forEach((axis, i) => options(dials[i], chart.dials.map((dial) => [dial, dial]), axis.dial));
      options(by, MODES.map((name) => [name, store.say(`map.by_${name}`)]), mode);
      ["across", "up", "by"].forEach((key, i) => write(names[i], store.say(`map.${key}`)));
      for (const [node, key] of [[which, "run"], [dials[0], "across"], [dials[1], "up"], [by, "by"]]) {
        node.title = store.say(`map.${key}`);
        node.setAttribute("aria-label", node.title);
      }
      bound.innerHTML = "";
      if (about?.bound) bound.textContent = store.say("map.bound");
      if (about) tell();
    },
    begin(header, steps, arrays) {
      [about, values] = [header, arrays];
      map.begin(header, steps);
      map.look(mode, theme.dark);
      bound.textContent = header.bound ? store.say("map.bound") : "";
    },
    add(arrays, header) {
      about = header;
      map.add(arrays);
      wait ||= setTimeout(tell, 60);
    },
    draw,
    figure() {
      const { chart, scenario } = store.state.header;
      if (!about || chart?.kind !== "grid") return null;
      const [across, up] = chart.axes;
      const shares = map.shares();
      const kinds = [[CONVERGES, "converges"], [OSCILLATES, "oscillates"], [DIVERGES, "diverges"]];
      const entry = ([kind, name]) => ({ text: `${store.say(`map.${name}`)} ${(100 * shares[kind]).toFixed(1)}%`, color: rgb(KINDS[kind] ?? [34, 34, 34]), hatched: kind === DIVERGES });
      const late = mode === "arrived" ? [{ text: store.say("export.late"), color: rgb(NONE) }] : [];
      return {
        name: `${scenario.runs[chart.runs[0]].optimizer}-${across.dial}-${up.dial}-${mode}`,
        title: `${runName(store, chart.runs[0])} · ${store.say(`map.by_${mode}`)}`,
        height: (w) => 0.6 * w,
        paint: (g, w, h, size) => paint(g, w, h, size, true),
        legend: [...(mode === "outcome" ? kinds : kinds.slice(2)).map(entry), ...late],
        scale: mode === "outcome" ? null : { label: store.say(`map.${mode === "loss" ? (about.least === null ? "by_loss" : "gap") : "by_arrived"}`), low: ends()[0], high: ends()[1], color: (share) => rgb(scaled(share)) },
        notes: [store.say("export.ring"), about.bound ? store.say("map.bound") : ""].filter(Boolean),
        table: () => ({
          notes: [store.say("export.grid_unit", { tolerance: about.tolerance }), about.least === null ? "" : `least = ${about.least}`].filter(Boolean),
          head: [across.dial, up.dial, "loss", "arrived", "outcome"],
          rows: map.points((x, y, loss, arrived, outcome) => [values.x[x], values.y[y], loss, arrived, kinds[outcome][1]]),
        }),
      };
    },
    destroy() {
      clearTimeout(wait);
      layer.destroy();
      element.remove();
    },
  };
}
