// How each run ends at every learning rate: the median over seeds with its bands, and where the run itself stands.

import { createLayer } from "./layer.mjs";
import { brief, round } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { decade, logTicks } from "./ticks.mjs";
import { runName, tracksOf } from "./tracks.mjs";
import { el, write } from "./ui.mjs";

const MARGIN = { left: 58, right: 10, top: 8, bottom: 40 };
const BANDS = [[0, 4, 0.12], [1, 3, 0.2]]; // quantiles that a band lies between, and how strong it is
const MEDIAN = 2;
const DECADES = 14; // a log axis shows at most these below its top
const GRAB = 26;    // px around a line that are the line
const DIGITS = 3;

export function createRatePlot(field, store) {
  const frame = el("div", { class: "dl-map-frame dl-map-axes dl-map-rates" });
  const read = el("output", { class: "dl-map-read" });
  const element = el("figure", { class: "dl-map-plot" }, el("figcaption", {}, read), frame);
  field.append(element);
  const layer = createLayer(frame);
  layer.canvas.classList.add("dl-still");
  let [about, rates, found, box, axis] = [null, null, [], null, null];

  const height = (value) => Math.log10(Math.max(value - (about.least ?? 0), floor()));
  const floor = () => Math.max(about.tolerance * 1e-6, 1e-9 * Math.abs(about.least ?? 0), 1e-30);

  /** The vertical axis: from the best median to the loss of the worst that is finite, at most so many decades. */
  function span() {
    let [low, high] = [Infinity, -Infinity];
    for (const one of found) {
      for (const value of one?.loss.subarray(0, 5 * rates.length) ?? []) {
        if (!Number.isFinite(value)) continue;
        low = Math.min(low, height(value));
        high = Math.max(high, height(value));
      }
    }
    if (!(high >= low)) return null;
    high = Math.min(high, height((about.least ?? 0) + 1e12)); // a swing at the edge of divergence is not the picture
    low = Math.max(low, high - DECADES);
    const room = 0.04 * (high - low || 1);
    return { low: low - room, high: high + room };
  }

  const xOf = (lr) => box[0] + (box[2] * Math.log(lr / rates[0])) / Math.log(rates.at(-1) / rates[0]);
  const yOf = (value) => box[1] + box[3] * (1 - (height(value) - axis.low) / (axis.high - axis.low));
  const level = (one, quantile, k) => {
    const value = one.loss[quantile * rates.length + k];
    return Number.isFinite(value) ? yOf(value) : box[1] - 40; // beyond the top: it diverged
  };

  function draw(next = about) {
    about = next;
    const { chart } = store.state.header;
    const [w, h] = [frame.clientWidth, frame.clientHeight];
    layer.fit([0, 0, w, h]);
    layer.clear();
    box = [MARGIN.left, MARGIN.top, w - MARGIN.left - MARGIN.right, h - MARGIN.top - MARGIN.bottom];
    axis = about && rates ? span() : null;
    if (!axis || chart?.kind !== "rates") return;
    const { g } = layer;
    axes(g, w, h);
    const tracks = tracksOf(store.state);
    layer.within(box, () => chart.runs.forEach((run, i) => found[i] && line(g, found[i], tracks[run])));
    chart.runs.forEach((run, i) => found[i] && own(g, found[i], tracks[run]));
  }

  function axes(g, w, h) {
    g.font = `12px ${theme.font}`;
    g.fillStyle = theme.muted;
    g.strokeStyle = theme.border;
    g.lineWidth = 1;
    const [x0, y0, width, tall] = box;
    const exponents = [Math.log10(rates[0]), Math.log10(rates.at(-1))];
    g.textAlign = "center";
    g.textBaseline = "top";
    for (const at of logTicks(...exponents, width / 70)) {
      const x = Math.round(xOf(10 ** at)) + 0.5;
      g.fillRect(x, y0 + tall, 1, 4);
      g.fillText(decade(at, true), x, y0 + tall + 7);
    }
    g.textAlign = "right";
    g.textBaseline = "middle";
    for (const at of logTicks(axis.low, axis.high, tall / 44)) {
      const y = Math.round(y0 + tall * (1 - (at - axis.low) / (axis.high - axis.low))) + 0.5;
      g.beginPath();
      g.moveTo(x0, y);
      g.lineTo(x0 + width, y);
      g.stroke();
      g.fillText(decade(at, true), x0 - 7, y);
    }
    g.fillStyle = theme.text;
    g.textAlign = "center";
    g.textBaseline = "bottom";
    g.fillText("lr", x0 + width / 2, h - 1);
    g.save();
    g.translate(11, y0 + tall / 2);
    g.rotate(-Math.PI / 2);
    g.textBaseline = "middle";
    g.fillText(store.say(about.least ? "map.gap" : "map.by_loss"), 0, 0);
    g.restore();
  }

  function line(g, one, track) {
    const many = rates.length;
    for (const [low, high, alpha] of one.seeds > 1 ? BANDS : []) {
      g.beginPath();
      for (let k = 0; k < many; k++) g.lineTo(xOf(rates[k]), level(one, low, k));
      for (let k = many - 1; k >= 0; k--) g.lineTo(xOf(rates[k]), level(one, high, k));
      g.globalAlpha = alpha;
      g.fillStyle = track.color;
      g.fill();
    }
    g.globalAlpha = 1;
    g.lineJoin = "round";
    for (const [color, width, dash] of [[theme.halo, 5, []], [track.color, 2.2, track.dash]]) {
      g.beginPath();
      for (let k = 0; k < many; k++) g.lineTo(xOf(rates[k]), level(one, MEDIAN, k));
      g.setLineDash(dash);
      g.strokeStyle = color;
      g.lineWidth = width;
      g.stroke();
    }
    g.setLineDash([]);
  }

  const nearest = (lr) => {
    const k = Math.round(((rates.length - 1) * Math.log(lr / rates[0])) / Math.log(rates.at(-1) / rates[0]));
    return Math.max(0, Math.min(rates.length - 1, k));
  };

  /** The rate that the run has now. */
  function own(g, one, track) {
    const { lr } = store.state.header.scenario.runs[track.run].hyper;
    if (!(lr >= rates[0] && lr <= rates.at(-1))) return;
    const [x, y] = [xOf(lr), Math.max(box[1], level(one, MEDIAN, nearest(lr)))];
    g.beginPath();
    g.arc(x, y, 6, 0, 2 * Math.PI);
    g.fillStyle = track.color;
    g.strokeStyle = theme.background;
    g.lineWidth = 2;
    g.fill();
    g.stroke();
  }

  /** The run whose median is nearest to the pointer, and the rate there. */
  function pick(event) {
    if (!axis) return null;
    const at = frame.getBoundingClientRect();
    const [x, y] = [event.clientX - at.left, event.clientY - at.top];
    if (x < box[0] || x > box[0] + box[2]) return null;
    const lr = rates[0] * (rates.at(-1) / rates[0]) ** ((x - box[0]) / box[2]);
    const k = nearest(lr);
    const { chart } = store.state.header;
    const off = chart.runs.map((_, i) => (found[i] ? Math.abs(Math.max(box[1], level(found[i], MEDIAN, k)) - y) : Infinity));
    const i = off.indexOf(Math.min(...off));
    return off[i] <= GRAB ? { run: chart.runs[i], i, k, lr } : null;
  }

  frame.addEventListener("pointermove", (event) => {
    const hit = pick(event);
    frame.classList.toggle("dl-on-line", Boolean(hit));
    if (!hit) return write(read, "");
    const one = found[hit.i];
    const at = (quantile) => one.loss[quantile * rates.length + hit.k];
    const ends = Number.isFinite(at(MEDIAN)) ? store.say("map.ends", { loss: brief(at(MEDIAN), 3) }) : store.say("map.diverges");
    const spread = one.seeds > 1 ? store.say("map.spread", { low: brief(at(1), 3), high: brief(at(3), 3), lost: `${(100 * one.lost[hit.k]).toFixed(0)}%`, seeds: one.seeds }) : "";
    write(read, [`${runName(store, hit.run)}: lr = ${brief(rates[hit.k], 3)}`, ends, spread].filter(Boolean).join(" · "));
  });
  frame.addEventListener("pointerleave", () => write(read, ""));
  frame.addEventListener("click", (event) => {
    const hit = pick(event);
    if (hit) store.edit("run_hyper", { run: hit.run, name: "lr", value: round(hit.lr, DIGITS) });
  });

  return {
    name() {
      element.title = "";
    },
    begin(header, steps, arrays) {
      [about, rates, found] = [header, arrays.lr, []];
    },
    add(arrays, first, place, { seeds }) {
      about = first;
      found[place] = { ...arrays, seeds: seeds ?? about.size[1] };
      draw();
    },
    draw,
    destroy() {
      layer.destroy();
      element.remove();
    },
  };
}
