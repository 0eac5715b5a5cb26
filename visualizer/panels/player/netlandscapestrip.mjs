// Beside a map: how high a path truly is against the plane beneath it, over the steps; or how far from the plane it is.

import { createLayer } from "./layer.mjs";
import { drawHead } from "./glyphs.mjs";
import { axisOf, drawAxes, drawBand, drawLine, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { el } from "./ui.mjs";

const SIZE = 11;     // px of letters that the margins are made for
const SPREAD = 8;    // losses that differ by more than this factor are drawn on a log axis
const DECADES = 6;   // of which this many at most
const MARGIN = { left: 46, right: 18, top: 20, bottom: 20 };
const BENEATH = [2, 3]; // dash of the plane's line
export const DISTANCE = 2; // in the place of a kind: 0 training, 1 test

/** @param {0 | 1 | 2} kind whose loss, or DISTANCE */
export function createStrip(store, kind) {
  const frame = el("div", { class: "dl-ls-strip", role: "img" });
  const still = createLayer(frame);
  still.canvas.classList.add("dl-still");
  const moving = createLayer(frame);
  let [model, drawn] = [null, null]; // drawn: {box, across, up, ways}

  const values = (way, what) => (kind === DISTANCE ? way.distance : way[what] && Array.from(way.distance, (_, k) => way[what][2 * k + kind]));

  /** Whose lines are drawn: of heights that of one way, of distances all. */
  const shownOf = (focus) => (kind === DISTANCE ? model.ways : model.ways.filter((way) => way === focus));

  function scalesOf(ways) {
    const finite = ways.flatMap((way) => [values(way, "own"), kind === DISTANCE ? [] : values(way, "projected")]).flatMap((list) => (list ? Array.from(list) : [])).filter(Number.isFinite);
    if (!finite.length) return null;
    let [low, high] = [Math.min(...finite), Math.max(...finite)];
    const log = kind !== DISTANCE && low > 0 && high > SPREAD * low;
    if (log) low = Math.max(low, high * 10 ** -DECADES);
    const room = log ? (high / low) ** 0.06 : 0.06 * (high - low) || Math.abs(high) || 1;
    const up = log ? axisOf("log", low / room, high * room) : axisOf("linear", kind === DISTANCE ? 0 : low - room, high + room);
    return { up, across: axisOf("linear", 0, model.at.at(-1)) };
  }

  function paint(g, w, h, size, focus) {
    const grown = size / SIZE;
    const { left, right, top, bottom } = MARGIN;
    const box = [left * grown, top * grown, w - (left + right) * grown, h - (top + bottom) * grown];
    const ways = shownOf(focus);
    const scales = scalesOf(ways);
    g.font = `${size}px ${theme.font}`;
    Object.assign(g, { fillStyle: theme.muted, textAlign: "left", textBaseline: "top" });
    g.fillText(model.stripTitles[kind], box[0], 3 * grown);
    if (!scales) return null;
    const seen = { box, ...scales, ways };
    drawAxes(g, box, { axis: scales.across, label: "" }, { axis: scales.up, label: "" }, { ruled: true, size });
    const floor = scales.up.low;
    const spot = (value, k) => [box[0] + scales.across.share(model.at[k]) * box[2], box[1] + (1 - scales.up.share(Math.max(value, floor))) * box[3]];
    const line = (way, what) => Array.from(values(way, what), spot);
    within(g, [box[0] - 1, box[1] - 3, box[2] + 2, box[3] + 6], () => {
      if (kind === DISTANCE) return ways.forEach((way) => drawLine(g, line(way), way.track, (way === focus ? 2.2 : 1.4) * grown));
      const [way] = ways;
      const [own, beneath] = [line(way, "own"), line(way, "projected")];
      drawBand(g, own, beneath, way.track.color, 0.22);
      drawLine(g, beneath, { color: theme.muted, dash: BENEATH.map((one) => one * grown) }, 1.4 * grown);
      drawLine(g, own, { color: way.track.color, dash: [] }, 2 * grown);
      return undefined;
    });
    return { ...seen, spot };
  }

  return {
    frame,
    /** @param {object} focus the way that is looked at */
    draw(next, w, h, focus, t, letters) {
      model = next;
      Object.assign(frame.style, { width: `${w}px`, height: `${h}px` });
      frame.setAttribute("aria-label", model.stripTitles[kind]);
      for (const layer of [still, moving]) layer.fit([0, 0, w, h]);
      still.clear();
      drawn = paint(still.g, w, h, letters, focus);
      this.frameAt(t);
    },
    /** The snapshot that is shown, and how high it is. */
    frameAt(t) {
      moving.clear();
      if (!drawn) return;
      const k = Math.min(Math.floor(t), model.at.length - 1);
      const { g } = moving;
      const [x] = drawn.spot(0, k);
      g.fillStyle = theme.text;
      g.globalAlpha = 0.35;
      g.fillRect(x - 0.5, drawn.box[1], 1, drawn.box[3]);
      g.globalAlpha = 1;
      for (const way of drawn.ways) {
        const value = values(way, "own")[k];
        if (Number.isFinite(value)) drawHead(g, ...drawn.spot(value, k), way.track.color, theme.background, 3.5);
      }
    },
    /** The snapshot at a pixel: of the nearest line, where there are several. */
    pick(px, py) {
      if (!drawn) return null;
      const [left, , width] = drawn.box;
      const share = (px - left) / width;
      if (share < -0.01 || share > 1.01) return null;
      const step = share * model.at.at(-1);
      let k = 0;
      for (let i = 1; i < model.at.length; i++) if (Math.abs(model.at[i] - step) < Math.abs(model.at[k] - step)) k = i;
      const off = (way) => Math.abs(drawn.spot(values(way, "own")[k], k)[1] - py);
      const way = drawn.ways.reduce((best, one) => (off(one) < off(best) ? one : best));
      return { way, step: k, run: way.track.run, track: way.track, kind: kind === DISTANCE ? null : kind, x: px, y: py };
    },
    paint,
    destroy() {
      still.destroy();
      moving.destroy();
      frame.remove();
    },
  };
}
