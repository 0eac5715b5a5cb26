// The losses on the straight lines from one network's end to those of the others, and the mistakes there.

import { attachHover } from "./hover.mjs";
import { createLayer } from "./layer.mjs";
import { createBar } from "./netlandscapebar.mjs";
import { lettersOf } from "./netlandscapelayout.mjs";
import { lineFigures } from "./netlandscapefigures.mjs";
import { KINDS } from "./netlandscapenodes.mjs";
import { listed } from "./netlandscapewords.mjs";
import { brief } from "./numbers.mjs";
import { axisOf, drawAxes, drawLine, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { runName } from "./tracks.mjs";
import { el, write } from "./ui.mjs";

const SIZE = 11;       // px of letters that the margins are made for
const SPREAD = 8;      // losses that differ by more than this factor are drawn on a log axis
const MARGIN = { left: 46, right: 18, top: 20, bottom: 20 };
const NARROW = 520;    // px: below that the plots are in one column
const WORDS = [150, 0.26]; // px beside the plots: at least, and as a share of the width
const LOW = 0.36;      // of the height is for mistakes
const PHONE = [190, 120]; // px of losses and of mistakes on a phone
const GAP = 8;

/** What a plot shows: rows of them are losses and mistakes, columns training and test points. */
const MEASURES = ["loss", "mistakes"];

export function createLines(field, store) {
  const bar = createBar(store, () => draw(true), true);
  const plots = MEASURES.flatMap((measure) => KINDS.map((_, kind) => createPlot(measure, kind)));
  const from = el("p");
  const out = el("p", { hidden: true });
  const list = el("ul");
  const words = el("div", { class: "dl-ls-words", role: "region", tabindex: 0 }, from, out, list);
  const grid = el("div", { class: "dl-ls-lines" }, plots.map(({ frame }) => frame));
  const root = el("div", { class: "dl-ls" }, bar.element, el("div", { class: "dl-ls-row" }, grid, el("div", { class: "dl-ls-side" }, words)));
  field.append(root);
  let model = null;
  let stamp = "";

  /** Names and colors, as long as the lines are those of the study on the page. */
  function name() {
    const { view, scenario } = store.state.header;
    if (view.key === model.key) {
      model.called = view.of.map((run) => runName(store, run));
      model.slots = view.of.map((run) => ({ run, slot: scenario.runs[run].color % theme.paths.length }));
    }
    model.lines.forEach((line) => {
      const { run, slot } = model.slots[line.learner];
      line.name = model.called[line.learner];
      line.track = { run, color: theme.paths[slot], dash: theme.dashes[slot] };
    });
    model.first = model.called[model.about.from];
  }

  function say(word, values) {
    return store.say(`net_landscape.${word}`, values);
  }

  const titleOf = (measure, kind) => say(measure === "loss" ? `${KINDS[kind]}_loss` : `${KINDS[kind]}_${values() ? "squares" : "mistakes"}`);
  const values = () => store.numbers.about?.task === "values";

  /** Both kinds of points on one axis. */
  function upOf(measure) {
    const finite = model.lines.flatMap((line) => Array.from(line[measure])).filter(Number.isFinite);
    if (!finite.length) return null;
    const [low, high] = [Math.min(...finite), Math.max(...finite)];
    if (measure === "mistakes" && !values()) return axisOf("linear", 0, Math.max(high * 1.06, 0.02));
    if (low > 0 && high > SPREAD * low) return axisOf("log", low / (high / low) ** 0.06, high * (high / low) ** 0.06);
    return axisOf("linear", Math.max(0, low - 0.06 * (high - low)), high + 0.06 * (high - low || high || 1));
  }

  function createPlot(measure, kind) {
    const frame = el("div", { class: "dl-ls-strip", role: "img" });
    const layer = createLayer(frame);
    layer.canvas.classList.add("dl-still");
    let drawn = null;

    function paint(g, w, h, size) {
      const grown = size / SIZE;
      const { left, right, top, bottom } = MARGIN;
      const box = [left * grown, top * grown, w - (left + right) * grown, h - (top + bottom) * grown];
      const up = upOf(measure);
      g.font = `${size}px ${theme.font}`;
      Object.assign(g, { fillStyle: theme.muted, textAlign: "left", textBaseline: "top" });
      g.fillText(titleOf(measure, kind), box[0], 3 * grown);
      if (!up) return null;
      const { ts } = model;
      const across = axisOf("linear", ts[0], ts.at(-1));
      const spot = (value, t) => [box[0] + across.share(t) * box[2], box[1] + (1 - up.share(Math.max(value, up.low))) * box[3]];
      drawAxes(g, box, { axis: across, label: "" }, { axis: up, label: "" }, { ruled: true, size });
      g.fillStyle = theme.muted;
      for (const t of [0, 1]) g.fillRect(spot(up.low, t)[0] - 0.5, box[1], 1, box[3]); // the ends
      within(g, [box[0] - 1, box[1] - 3, box[2] + 2, box[3] + 6], () => model.lines.forEach((line) => {
        const points = Array.from(ts, (t, k) => [line[measure][2 * k + kind], t]).filter(([value]) => Number.isFinite(value));
        drawLine(g, points.map(([value, t]) => spot(value, t)), line.track, (store.hovered === line.track.run ? 3 : 2) * grown);
      }));
      return { box, across, spot };
    }

    return {
      frame, kind, measure, paint,
      draw(w, h, letters) {
        Object.assign(frame.style, { width: `${w}px`, height: `${h}px` });
        frame.setAttribute("aria-label", titleOf(measure, kind));
        layer.fit([0, 0, w, h]);
        layer.clear();
        drawn = paint(layer.g, w, h, letters);
      },
      /** The line nearest to a pixel, and the place on it. */
      pick(x, y) {
        if (!drawn || !model.lines.length) return null;
        const share = (x - drawn.box[0]) / drawn.box[2];
        if (share < -0.01 || share > 1.01) return null;
        const { ts, lines } = model;
        const k = Math.max(0, Math.min(ts.length - 1, Math.round(share * (ts.length - 1))));
        const off = (line) => Math.abs(drawn.spot(line[measure][2 * k + kind], ts[k])[1] - y) || 0;
        const line = lines.reduce((best, one) => (off(one) < off(best) ? one : best));
        return { line, k, run: line.track.run, track: line.track, x, y };
      },
      destroy: () => (layer.destroy(), frame.remove()),
    };
  }

  function place() {
    const [w, h] = [field.clientWidth, field.clientHeight];
    const narrow = w < NARROW;
    root.dataset.layout = narrow ? "narrow" : "lines";
    const { kinds } = bar;
    const beside = Math.max(WORDS[0], WORDS[1] * w);
    const wide = narrow ? w : (w - beside - GAP * kinds.length) / kinds.length;
    const free = h - bar.element.offsetHeight - 3 * GAP;
    grid.style.gridTemplateColumns = narrow ? "100%" : `repeat(${kinds.length}, max-content)`;
    for (const plot of plots) {
      plot.frame.hidden = !kinds.includes(plot.kind);
      const low = plot.measure === "mistakes";
      if (!plot.frame.hidden) plot.draw(Math.floor(wide), Math.floor(narrow ? PHONE[Number(low)] : free * (low ? LOW : 1 - LOW)), lettersOf(narrow ? 0 : h));
    }
  }

  function tell() {
    write(from, say("from", { name: model.first }));
    out.hidden = !model.about.diverged.length;
    write(out, say("diverged", { names: listed(store, model.about.diverged.map((k) => model.called[k])) }));
    words.setAttribute("aria-label", say("words"));
    list.replaceChildren(...model.lines.map((line) => el("li", { onpointerenter: () => store.hover(line.track.run), onpointerleave: () => store.hover(null) },
      el("b", {}, el("i", { class: "dl-scope-swatch", style: `background: ${line.track.color}` }), line.name),
      el("span", { text: say("apart", { length: brief(line.length, 3) }) }),
      KINDS.map((kind, i) => el("span", { text: wallOf(kind, line, i) })))));
  }

  function wallOf(kind, { wall, stands }, i) {
    if (wall[i] === null) return say("wall_unknown", { kind: say(`${kind}_loss`) });
    return say(wall[i] > 0 ? "wall" : "no_wall", { kind: say(`${kind}_loss`), wall: brief(wall[i], 3), t: brief(stands[i], 2) });
  }

  function draw(force = false) {
    if (!model || !field.clientWidth) return;
    name();
    const now = [field.clientWidth, field.clientHeight, window.devicePixelRatio, theme.key, store.lang, bar.key, store.hovered, model.called, model.lines.map((line) => line.track.color)].join();
    if (now === stamp && !force) return;
    stamp = now;
    bar.name("line");
    tell();
    place();
  }

  const hover = attachHover(root, store, {
    pick(x, y) {
      const whole = root.getBoundingClientRect();
      for (const plot of model ? plots.filter(({ frame }) => !frame.hidden) : []) {
        const own = plot.frame.getBoundingClientRect();
        const [left, top] = [own.left - whole.left, own.top - whole.top];
        if (x < left || y < top || x > left + own.width || y > top + own.height) continue;
        const hit = plot.pick(x - left, y - top);
        return hit && { ...hit, x: hit.x + left, y: hit.y + top };
      }
      return null;
    },
    tell: ({ line, k, track }) => ({
      head: line.name,
      track,
      step: `t = ${brief(model.ts[k], 2)}`,
      rows: MEASURES.flatMap((measure) => KINDS.map((_, kind) => [titleOf(measure, kind), measure === "mistakes" && !values() ? `${exact(100 * line.mistakes[2 * k + kind])}%` : exact(line[measure][2 * k + kind])])),
    }),
  });
  const off = store.onHover(() => model && draw());

  return {
    begin(header, { ts }) {
      model = { about: header, ts, key: store.state.header.view.key, lines: [], called: [], slots: [] };
      stamp = "";
    },
    add(header, arrays) {
      model.lines.push({ ...arrays, learner: header.learner, length: header.length, wall: header.wall, stands: header.stands });
      stamp = "";
      draw();
    },
    draw,
    figures: () => (model?.lines.length ? lineFigures(store, model, plots.filter((plot) => bar.kinds.includes(plot.kind)), titleOf) : []),
    destroy() {
      off();
      hover.destroy();
      [bar, ...plots].forEach((one) => one.destroy());
      root.remove();
    },
  };
}
