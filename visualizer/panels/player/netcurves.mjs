// The curves under the views: loss, mistakes, what each step saw, rates and the gap, of every network that is shown, over
// the steps, with the playhead. Drag to scrub. They are drawn once; while it plays only a line and a veil are moved.

import { drawCross } from "./glyphs.mjs";
import { createLayer } from "./layer.mjs";
import { attachCard } from "./netfieldcard.mjs";
import { axisFor, KINDS, linesOf, lowest, nearestStep, stretch } from "./netcurvelines.mjs";
import { learnersOf } from "./netnumbers.mjs";
import { count } from "./numbers.mjs";
import { onResize } from "./panel.mjs";
import { drawBand, within } from "./plotaxes.mjs";
import { attachScrub } from "./scrub.mjs";
import { theme } from "./theme.mjs";
import { exact, linearTicks, short } from "./ticks.mjs";
import { runName } from "./tracks.mjs";
import { el, write } from "./ui.mjs";

const MARGIN = { left: 56, right: 14, top: 8, bottom: 22 };
const CALM = 33;    // ms between moves of the playhead
const NEAR = 26;    // px around a line that are the line
const DASH = [5, 3.5];
const FAINT = 0.22; // the others, while one is pointed at

let kind = "loss"; // as looked at last

export function createStudyCurves(root, store) {
  root.classList.add("dl-curve");
  const tabs = KINDS.map((name) => el("button", { type: "button", role: "tab", data: { kind: name, key: `curves:${name}` }, onclick: () => choose(name) }));
  const list = el("div", { class: "dl-tabs", role: "tablist" }, tabs);
  const unit = el("span", { class: "dl-curve-unit" });
  const panel = el("div", { class: "dl-curve-plot", role: "img" });
  const [later, head] = [el("div", { class: "dl-net-later" }), el("div", { class: "dl-net-playhead" })];
  root.append(el("div", { class: "dl-curve-head" }, list, unit), panel);
  const layer = createLayer(panel);
  layer.canvas.classList.add("dl-still");
  panel.append(later, head);
  const card = attachCard(panel, pick, () => null);
  let [box, axis, lines] = [null, null, []];

  function choose(name) {
    kind = name;
    draw();
  }
  list.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    const open = tabs.filter((tab) => !tab.hidden);
    const next = open[(open.indexOf(document.activeElement) + way + open.length) % open.length];
    next.focus();
    next.click();
    event.preventDefault();
    event.stopPropagation();
  });

  const task = () => store.numbers.about?.task ?? "classes";
  const classes = () => task() === "classes";

  function words(learners) {
    const lacks = { lr: !learners.some((one) => one?.lr), gap: store.numbers.about?.test === 0 };
    if (lacks[kind]) kind = "loss";
    list.setAttribute("aria-label", store.say("net_curves.curves"));
    for (const tab of tabs) {
      const name = tab.dataset.kind;
      write(tab, store.say(`net_curves.${name}${name === "mistakes" && !classes() ? "_values" : ""}`));
      tab.title = store.say(`net_curves.${name}${name === "mistakes" && !classes() ? "_values" : ""}_doc`);
      tab.hidden = Boolean(lacks[name]);
      tab.setAttribute("aria-selected", String(name === kind));
      tab.tabIndex = name === kind ? 0 : -1;
    }
    const sample = (name, text) => [el("i", { class: name }), text];
    const legend = {
      loss: [...sample("", store.say("net_curves.train")), ...sample("dl-dashed", store.say("net_curves.test"))],
      batch: [...sample("", store.say("net_curves.whole")), ...sample("dl-thin", store.say("net_curves.thin"))],
      lr: [], gap: [],
    };
    legend.mistakes = [...legend.loss];
    legend.loss.push(...sample("dl-ring", store.say("net_curves.best")));
    const said = kind === "loss" || kind === "batch" || kind === "gap" ? (classes() ? "entropy" : "squares") : "";
    unit.replaceChildren(said ? store.say(`net_curves.${said}`) : kind === "mistakes" && classes() ? store.say("net_curves.percent") : "", ...legend[kind]);
    panel.setAttribute("aria-label", `${store.say(`net_curves.${kind}`)}: ${store.say("net_curves.aria")}`);
  }

  function draw() {
    const [w, h] = [panel.clientWidth, panel.clientHeight];
    if (!store.state || !w || !h) return;
    const { numbers } = store;
    const { runs } = store.state.header.scenario;
    const learners = learnersOf(store).map((one, place) => (runs[place].visible ? one : null));
    words(learners);
    const { left, top, right, bottom } = MARGIN;
    box = { left, top, width: w - left - right, height: h - top - bottom, last: Math.max(1, store.clock.last) };
    lines = numbers.about ? linesOf(kind, learners, numbers.about, numbers.scenario.steps) : [];
    axis = axisFor(kind, lines, task());
    later.style.cssText = `left: ${left}px; width: ${box.width + 1}px; top: ${top}px; height: ${box.height}px`;
    head.style.cssText = `top: ${top}px; height: ${box.height}px`;
    paint();
    move(store.clock.t);
    card.refresh();
  }

  const at = (step) => box.left + (box.width * step) / box.last;
  const high = (value) => box.top + box.height * (1 - Math.min(1.2, Math.max(0, axis.share(value))));

  function paint() {
    const [w, h] = [panel.clientWidth, panel.clientHeight];
    const { g } = layer;
    layer.fit([0, 0, w, h]);
    layer.clear();
    frame(g, h > 130 ? 13 : 11);
    if (!axis) return;
    within(g, [box.left, box.top - 4, box.width + 4, box.height + 5], () => {
      for (const line of lines) stroke(g, line);
      if (kind === "loss") for (const line of lines) if (line.part === "test") best(g, line);
    });
    for (const line of lines) if (line.part === "train" || line.part === "gap") lost(g, line);
  }

  function frame(g, size) {
    const { left, top, width, height, last } = box;
    g.font = `${size}px ${theme.font}`;
    Object.assign(g, { fillStyle: theme.muted, strokeStyle: theme.border, lineWidth: 1, textBaseline: "middle", textAlign: "right" });
    g.beginPath();
    for (const [share, text] of axis?.ticks(Math.max(3, height / 26)) ?? []) {
      const y = Math.round(top + height * (1 - share)) + 0.5;
      g.moveTo(left, y);
      g.lineTo(left + width, y);
      g.fillText(text, left - 7, y);
    }
    g.moveTo(left, top + height + 0.5);
    g.lineTo(left + width, top + height + 0.5);
    Object.assign(g, { textBaseline: "top", textAlign: "center" });
    for (const step of linearTicks(0, last, width / 90)) {
      const x = Math.round(at(step)) + 0.5;
      g.moveTo(x, top + height);
      g.lineTo(x, top + height + 4);
      g.fillText(short(step), x, top + height + 7);
    }
    g.stroke();
    if (kind === "gap" && axis) g.fillRect(left, Math.round(high(0)), width, 1);
  }

  const colorOf = (place) => theme.paths[store.state.header.scenario.runs[place].color % theme.paths.length];
  const alphaOf = (place) => (store.hovered === null || store.hovered === place ? 1 : FAINT);

  function stroke(g, line) {
    const color = colorOf(line.place);
    const alpha = alphaOf(line.place);
    if (line.low) {
      const bound = (values) => Array.from(line.at, (step, k) => [at(step), high(values[k])]).filter((_, k) => Number.isFinite(line.high[k]));
      const [low, top] = [bound(line.low), bound(line.high)];
      if (line.part === "batch") return drawBand(g, low, top, color, 0.3 * alpha);
      return polyline(g, top, color, 1.8, [], alpha);
    }
    const points = Array.from(line.at, (step, k) => [at(step), Number.isFinite(line.values[k]) ? high(line.values[k]) : NaN]);
    if (line.part === "batch") return polyline(g, points, color, 0.8, [], 0.45 * alpha);
    return line.part === "test" ? polyline(g, points, color, 1.5, DASH, 0.9 * alpha) : polyline(g, points, color, 2, [], alpha);
  }

  function polyline(g, points, color, width, dash, alpha) {
    g.save();
    Object.assign(g, { strokeStyle: color, lineWidth: width, lineJoin: "round", globalAlpha: alpha });
    g.setLineDash(dash);
    g.beginPath();
    let pen = false;
    for (const [x, y] of points) {
      if (Number.isNaN(y)) pen = false;
      else if (pen) g.lineTo(x, y);
      else (pen = true), g.moveTo(x, y);
    }
    g.stroke();
    g.restore();
  }

  /** Where early stopping would stop: at the lowest test loss. */
  function best(g, { place, at: steps, values }) {
    const k = lowest(values);
    if (k <= 0 || k === steps.length - 1) return;
    g.save();
    g.globalAlpha = alphaOf(place);
    g.beginPath();
    g.arc(at(steps[k]), high(values[k]), 3.6, 0, 2 * Math.PI);
    Object.assign(g, { fillStyle: theme.background, strokeStyle: colorOf(place), lineWidth: 1.8 });
    g.fill();
    g.stroke();
    g.restore();
  }

  /** A network whose numbers ceased to be finite: its last finite snapshot, and the step of the next. */
  function lost(g, { place, at: steps, values }) {
    const end = values.findIndex((value) => !Number.isFinite(value));
    if (end < 0) return;
    const k = Math.max(0, end - 1);
    const y = end ? Math.max(box.top + 4, high(values[k])) : box.top + box.height;
    drawCross(g, { x: at(steps[k]), y, label: count(steps[end]) }, { color: colorOf(place), halo: theme.halo, font: theme.font });
  }

  function move(t) {
    if (!box) return;
    const x = at(t);
    head.style.transform = `translateX(${Math.round(x)}px)`;
    later.style.transform = `scaleX(${Math.max(0, 1 - t / box.last).toFixed(4)})`;
  }

  /** The line that is nearest to the pointer, with the numbers of its network there. */
  function pick(x, y) {
    const step = box && axis && x >= box.left - 4 && x <= box.left + box.width + 4 ? ((x - box.left) / box.width) * box.last : NaN;
    let [found, least] = [null, NEAR];
    for (const line of Number.isNaN(step) ? [] : lines) {
      const k = nearestStep(line.at, step);
      const inside = line.low && y >= high(line.high[k]) && y <= high(line.low[k]);
      const off = inside ? NEAR / 2 : Math.abs(high((line.values ?? line.high)[k]) - y);
      if (off < least) [found, least] = [{ line, k }, off];
    }
    store.hover(found?.line.place ?? null);
    return found && { x, y, ...told(found) };
  }

  function told({ line, k }) {
    const { place, part } = line;
    const own = lines.filter((one) => one.place === place && one.at === line.at);
    const [first, last] = line.stretches ? stretch(k, line.stretches, line.steps) : [line.at[k], line.at[k]];
    const rows = line.low
      ? [[store.say("net_curves.low"), exact(line.low[k])], [store.say("net_curves.high"), exact(line.high[k])]]
      : own.map((one) => [store.say(`net_curves.${one.part}_value`), `${exact(one.values[k])}${kind === "mistakes" && classes() ? "%" : ""}`]).reverse();
    const note = kind === "loss" && part === "test" && lowest(line.values) === k ? store.say("net_curves.lowest") : "";
    const color = colorOf(place);
    return {
      glyph: `<svg viewBox="-6 -6 12 12" width="10" height="10" aria-hidden="true"><circle r="5" fill="${color}"/></svg>`,
      head: runName(store, place),
      aside: first === last ? store.say("net_curves.step", { step: count(first) }) : store.say("net_curves.steps", { first: count(first), last: count(last) }),
      rows,
      note,
    };
  }

  attachScrub(panel, store, () => box);

  const offs = [
    store.subscribe(draw),
    store.onNumbers((numbers, what) => what !== "progress" && what !== "answers" && draw()),
    store.onFrame(move, CALM),
    store.onClock(() => move(store.clock.t)),
    store.onHover(() => box && paint()),
    onResize(panel, draw),
  ];
  return {
    destroy() {
      offs.forEach((off) => off());
      card.destroy();
      layer.destroy();
      root.replaceChildren();
    },
  };
}
