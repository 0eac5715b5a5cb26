// The curve under the views: one quantity of every run over the steps, with the playhead. Drag to scrub.
// It is all canvas: its axes change with every dial, and a Plotly relayout would cost more than all the rest.

import { attachHover } from "./hover.mjs";
import { createLayer } from "./layer.mjs";
import { createOverlay } from "./overlay.mjs";
import { onResize } from "./panel.mjs";
import { axisOf, KINDS, valuesOf } from "./quantities.mjs";
import { attachScrub } from "./scrub.mjs";
import { theme } from "./theme.mjs";
import { linearTicks, short } from "./ticks.mjs";
import { asPicture } from "./told.mjs";
import { tracksOf } from "./tracks.mjs";
import { el, write } from "./ui.mjs";

const MARGIN = { left: 56, right: 14, top: 8, bottom: 22 };
const CALM = 45; // ms between frames while playing: a line that only grows looks the same at twenty a second
const SECOND = [2, 2]; // dash of the second coordinate of a quantity that has two

export function createCurve(root, store) {
  const tabs = KINDS.map((kind) => el("button", { type: "button", role: "tab", data: { kind }, onclick: () => choose(kind) }));
  const list = el("div", { class: "dl-tabs", role: "tablist" }, tabs);
  const unit = el("span", { class: "dl-curve-unit" });
  const panel = el("div", { class: "dl-curve-plot" });
  root.append(el("div", { class: "dl-curve-head" }, list, unit), panel);
  const axes = createLayer(panel);
  axes.canvas.style.willChange = "auto"; // it stands still: one layer less to blend
  const overlay = createOverlay(panel, { width: 1.8, ghost: 0.5, under: playhead });
  let box = null; // {left, top, width, height, last}

  const hover = attachHover(panel, store, { pick });

  function choose(kind) {
    tabs.forEach((tab) => tab.setAttribute("aria-selected", tab.dataset.kind === kind));
    store.edit("curve", { value: kind });
  }
  list.addEventListener("keydown", (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    const open = tabs.filter((tab) => !tab.hidden);
    const next = open[(open.indexOf(document.activeElement) + way + open.length) % open.length];
    next.focus();
    next.click();
    event.preventDefault();
  });

  function words({ header }, quantity) {
    list.setAttribute("aria-label", store.say("views.curves"));
    asPicture(panel, store.sayTick("told.curve", { curve: store.say(`views.curve_${header.curve}`) }));
    for (const tab of tabs) {
      write(tab, store.say(`views.curve_${tab.dataset.kind}`));
      tab.hidden = tab.dataset.kind === "momentum" && !header.cycled && header.curve !== "momentum";
      if (!store.busy) tab.setAttribute("aria-selected", tab.dataset.kind === header.curve);
      tab.tabIndex = tab.dataset.kind === header.curve ? 0 : -1;
    }
    const about = quantity.gap ? store.say("views.gap") : quantity.parts === 2 ? store.say("views.two_parts") : "";
    write(unit, [about, store.sayTick("views.over")].filter(Boolean).join(store.say("views.and")));
  }

  function draw(state) {
    const [w, h] = [panel.clientWidth, panel.clientHeight];
    if (!state || !w || !h) return;
    const quantity = valuesOf(state);
    words(state, quantity);
    const axis = axisOf(state, quantity, h > 130 ? 5 : 4);
    const { left, top, right, bottom } = MARGIN;
    box = { left, top, width: w - left - right, height: h - top - bottom, last: Math.max(1, store.clock.last) };
    axes.fit([0, 0, w, h]);
    axes.clear();
    drawAxes(axes.g, box, axis, h > 130 ? 13 : 11);
    overlay.set(sceneOf(state, quantity, axis, box), w, h, store.clock.t);
    hover.refresh();
  }

  function playhead(g, t) {
    const x = Math.round(box.left + (box.width * t) / box.last) + 0.5;
    g.globalAlpha = 1;
    g.strokeStyle = theme.text;
    g.lineWidth = 1;
    g.beginPath();
    g.moveTo(x, box.top);
    g.lineTo(x, box.top + box.height);
    g.stroke();
  }

  /** The nearest step, with the exact value that is drawn there. */
  function pick(x, y) {
    const hit = box && overlay.nearest(x, y, 12);
    if (!hit) return null;
    const { kind, values, parts } = valuesOf(store.state);
    if (kind === "loss") return hit; // the card says it anyway
    const name = store.say(`views.curve_${kind}`);
    const row = store.state.offset[hit.run] + hit.step;
    return { ...hit, values: Array.from({ length: parts }, (_, i) => [parts > 1 ? `${name} ${"xy"[i]}` : name, values[row * parts + i]]) };
  }

  attachScrub(panel, store, () => box);

  const offs = [
    store.subscribe((state, previous) => (state === previous || state.picture !== previous?.picture) && draw(state)),
    store.onFrame(overlay.draw, CALM),
    store.onHover(overlay.emphasize),
    onResize(panel, () => draw(store.state)),
  ];
  return {
    destroy() {
      offs.forEach((off) => off());
      hover.destroy();
      overlay.destroy();
      axes.destroy();
    },
  };
}

function drawAxes(g, { left, top, width, height, last }, axis, size) {
  g.font = `${size}px ${theme.font}`;
  g.fillStyle = theme.muted;
  g.strokeStyle = theme.border;
  g.lineWidth = 1;
  g.textBaseline = "middle";
  g.textAlign = "right";
  g.beginPath();
  for (const { at, text } of axis?.ticks ?? []) {
    const y = Math.round(top + height * (1 - (at - axis.lo) / (axis.hi - axis.lo))) + 0.5;
    g.moveTo(left, y);
    g.lineTo(left + width, y);
    g.fillText(text, left - 7, y);
  }
  g.moveTo(left, top + height + 0.5);
  g.lineTo(left + width, top + height + 0.5);
  g.textBaseline = "top";
  g.textAlign = "center";
  for (const step of linearTicks(0, last, width / 90)) {
    const x = Math.round(left + (width * step) / last) + 0.5;
    g.moveTo(x, top + height);
    g.lineTo(x, top + height + 4);
    g.fillText(short(step), x, top + height + 7);
  }
  g.stroke();
}

function sceneOf(state, { values, parts }, axis, { left, top, width, height, last }) {
  const runs = tracksOf(state);
  const rows = values.length / parts;
  const px = new Float32Array(2 * values.length).fill(NaN);
  const tracks = [];
  for (let part = 0; part < parts; part++) {
    for (const run of runs) {
      const from = part * rows + run.from; // the parts lie one after the other
      tracks.push(part ? { ...run, from, thin: true, dash: SECOND } : run);
      for (let step = 0; axis && step < run.count; step++) {
        const k = 2 * (from + step);
        px[k] = left + (width * step) / last;
        px[k + 1] = top + height * (1 - (axis.of(values[(run.from + step) * parts + part]) - axis.lo) / (axis.hi - axis.lo));
        if (Number.isNaN(px[k + 1])) px[k] = NaN;
      }
    }
  }
  // The steps at which runs ended show as the ends of their lines.
  const crosses = runs.filter((run) => run.stopped !== null && run.visible && run.count > 1).flatMap((run) => {
    const k = 2 * (run.from + run.count - 1);
    return Number.isNaN(px[k]) ? [] : [{ run: run.run, x: px[k], y: Math.max(top, px[k + 1]), step: run.count - 1, label: "" }];
  });
  return { tracks, px, seen: null, clip: [left - 6, top - 6, width + 12, height + 12], points: [], crosses };
}
