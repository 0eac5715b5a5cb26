// Monte Carlo dropout: the answers' mean over masks and how far they spread, over the plane, along the curve, of digits.

import { brief, count } from "./numbers.mjs";
import { chanceShade, fitted, inkColor, inkShade, picture, putPicture, putPoints } from "./netdropoutmap.mjs";
import { classColor, createPlot, dot, percent, segments, whisker } from "./netdropoutparts.mjs";
import { axisOf, boxOf, drawAxes, drawBand, drawLine, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { el, write } from "./ui.mjs";

const SIDE = 8; // pixels

const seen = { by: "std" };

export function createSpread(host, store, about) {
  const say = (key, values) => store.say(`net_dropout.${key}`, values);
  const by = segments({
    label: say("spread_by"), key: "dropout:spread", items: [["std", say("by_std"), say("by_std_doc")], ["info", say("by_info"), say("by_info_doc")]],
    onpick: (value) => ((seen.by = value), draw()),
  });
  const read = el("output", { class: "dl-drop-read" });
  const row = el("div", { class: "dl-drop-many" });
  const words = el("p", { class: "dl-drop-words" });
  host.append(row, read, words);
  let [begun, found, judged, kept] = [null, null, null, { key: "" }];
  const plots = about.inputs > 2 ? [] : about.inputs === 2 ? ["mean", "spread"].map(plane) : [curvePlot()];
  row.append(...plots.map(({ element }) => element));

  function add(header, arrays) {
    if (header.of === "begin") begun = { ...header, ...arrays };
    else if (header.of === "spread") found = { ...header, ...arrays };
    else judged = { ...header, ...arrays };
    kept.key = "";
    draw();
  }

  function plane(name) {
    const one = { name, caption: el("figcaption") };
    one.plot = createPlot((g, w, h) => paintPlane(g, w, h, name), { read: (x, y) => under(one, x, y), says: (text) => write(read, text), label: say(`${name}_title`, { masks: "" }) });
    one.element = el("figure", { data: { panel: name } }, one.caption, one.plot.frame);
    return one;
  }

  function curvePlot() {
    const one = { name: "curve", caption: el("figcaption") };
    one.plot = createPlot((g, w, h) => (one.shown = paintCurve(g, w, h)), { read: (x) => onCurve(one, x), says: (text) => write(read, text), label: say("curve_title", { masks: "" }) });
    one.element = el("figure", {}, one.caption, one.plot.frame);
    return one;
  }

  const width = () => found.mean.length / (Array.isArray(begun.grid) ? begun.grid[0] * begun.grid[1] : begun.grid);

  /** The quantity that is looked at, of each node: of several classes the standard deviation of the likeliest's chance. */
  function quantity() {
    if (seen.by === "info") return found.info;
    const many = width();
    if (many === 1) return found.std;
    return Float32Array.from({ length: found.mean.length / many }, (_, i) => {
      let best = 0;
      for (let k = 1; k < many; k++) if (found.mean[i * many + k] > found.mean[i * many + best]) best = k;
      return found.std[i * many + best];
    });
  }

  /** The pictures of what has come, drawn once for a theme. */
  function pictures() {
    const key = [theme.key, found.masks, seen.by].join();
    if (kept.key === key) return kept;
    const values = quantity();
    let most = 1e-6;
    for (const value of values) if (value > most) most = value;
    kept = { key, values, most, mean: picture(begun.grid, chanceShade(found.mean, width())), spread: picture(begun.grid, inkShade(values, most)) };
    return kept;
  }

  function paintPlane(g, w, h, name, size = 12) {
    if (!found) return;
    const made = pictures();
    const below = name === "spread" ? 2.1 * size : 0;
    const box = fitted(about.window, w, h - 2.1 * size);
    putPicture(g, made[name], box);
    putPoints(g, { x: begun.x, y: begun.y, outputs: about.outputs }, box, about.window, name === "mean" ? 2.2 : 1.6);
    if (below) bar(g, box, made.most, size);
  }

  /** What the ink stands for. */
  function bar(g, [left, top, w, h], most, size) {
    const y = top + h + 5;
    const wide = w * 0.4;
    for (let k = 0; k < 48; k++) {
      g.fillStyle = inkColor((k + 0.5) / 48);
      g.fillRect(left + w * 0.3 + (k * wide) / 48, y, wide / 48 + 1, 8);
    }
    g.font = `${size}px ${theme.font}`;
    Object.assign(g, { fillStyle: theme.muted, textBaseline: "middle", textAlign: "right" });
    g.fillText("0", left + w * 0.3 - 6, y + 4);
    g.textAlign = "left";
    g.fillText(brief(most, 2), left + w * 0.7 + 6, y + 4);
  }

  function paintCurve(g, w, h, size = 12) {
    if (!found) return null;
    const [x0, x1, y0, y1] = about.window;
    const box = boxOf(w, h, size);
    const [across, up] = [axisOf("linear", x0, x1), axisOf("linear", y0, y1)];
    drawAxes(g, box, { axis: across, label: "x" }, { axis: up, label: "y" }, { ruled: true, size });
    const at = (x, y) => [box[0] + across.share(x) * box[2], box[1] + (1 - up.share(y)) * box[3]];
    const x = (i) => x0 + ((x1 - x0) * i) / (begun.grid - 1);
    const line = (value) => Array.from({ length: begun.grid }, (_, i) => at(x(i), value(i)));
    within(g, box, () => {
      drawBand(g, line((i) => found.mean[i] - 2 * found.std[i]), line((i) => found.mean[i] + 2 * found.std[i]), theme.paths[0], 0.25);
      for (let i = 0; i < begun.x.length; i++) dot(g, ...at(begun.x[i], begun.y[i]), 1.8, theme.muted);
      drawLine(g, line((i) => found.mean[i]), { color: theme.paths[0], dash: [] }, 2);
      drawLine(g, line((i) => begun.plain[i]), { color: theme.text, dash: [5, 3] }, 1.4);
    });
    return { across, box };
  }

  function onCurve({ shown }, px) {
    if (!shown) return "";
    const i = Math.round(((px - shown.box[0]) / shown.box[2]) * (begun.grid - 1));
    if (i < 0 || i >= begun.grid) return "";
    const [x0, x1] = about.window;
    return say("curve_reads", { x: (x0 + ((x1 - x0) * i) / (begun.grid - 1)).toFixed(3).replace("-", "\u2212"), mean: exact(found.mean[i]), std: brief(found.std[i], 3), plain: exact(begun.plain[i]) });
  }

  function under({ plot }, px, py) {
    if (!found) return "";
    const [left, top, w, h] = fitted(about.window, plot.frame.clientWidth, plot.frame.clientHeight - 25.2);
    const [u, v] = [(px - left) / w, 1 - (py - top) / h];
    if (u < 0 || u > 1 || v < 0 || v > 1) return "";
    const [columns, rows] = begun.grid;
    const at = Math.min(rows - 1, Math.floor(v * rows)) * columns + Math.min(columns - 1, Math.floor(u * columns));
    const many = width();
    const chance = (array) => (many === 1 ? exact(array[at]) : Array.from(array.subarray(at * many, (at + 1) * many), (value) => brief(value, 3)).join(", "));
    return say(many === 1 ? "plane_reads" : "plane_reads_many", { mean: chance(found.mean), std: chance(found.std), plain: chance(begun.plain), info: brief(found.info[at], 4) });
  }

  function draw() {
    by.set(seen.by);
    plots.forEach(({ name, plot, caption }) => {
      const key = name === "spread" ? (seen.by === "info" ? "info_title" : width_() > 1 ? "std_title_many" : "std_title") : `${name}_title`;
      write(caption, found ? say(key, { masks: count(found.masks) }) : say("computing"));
      plot.draw();
    });
    if (about.inputs > 2) images();
    if (judged) write(words, verdict());
    else if (!found) write(words, say("computing"));
  }
  const width_ = () => (found ? width() : 1);

  /** What the spread is good for. */
  function verdict() {
    const { masks, test, inside, error, plain_error: plain, wrong, plain_wrong: plainly } = judged;
    if (about.task !== "classes") return say("verdict_values", { masks: count(masks), inside: count(inside), test: count(test), error: brief(error, 3), plain: brief(plain, 3) }) + say("space") + say("spread_caution");
    const found = [say("verdict_wrong", { masks: count(masks), wrong: count(wrong), plain: count(plainly), test: count(test) })];
    const share = (name) => `${(100 * judged[name]).toFixed(0)} \u00b1 ${(100 * judged[`${name}_half`]).toFixed(0)} %`;
    if (judged.told !== null) found.push(say("verdict_told", { told: share("told"), whole: share("whole"), alone: share("alone") }));
    return [...found, say("spread_caution")].join(say("space"));
  }

  /** The images whose answers hang most on the masks, each with its chances. */
  function images() {
    const key = [theme.key, store.lang, judged?.masks].join();
    if (!judged?.images || row.dataset.key === key) return;
    row.dataset.key = key;
    row.classList.add("dl-drop-images");
    const classes = about.outputs;
    row.replaceChildren(...Array.from({ length: judged.right.length }, (_, i) => {
      const own = (name) => judged[name].subarray(i * classes, (i + 1) * classes);
      const pixels = judged.images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE);
      const [mean, std, right] = [own("mean"), own("std"), judged.right[i]];
      const said = mean.indexOf(Math.max(...mean));
      const canvas = picture([SIDE, SIDE], (at) => gray(pixels[(SIDE - 1 - Math.floor(at / SIDE)) * SIDE + (at % SIDE)]));
      const plot = createPlot((g, w, h) => bars(g, w, h, mean, std, right), {
        extra: "dl-drop-bars", label: say("image_label", { right, said, chance: percent(mean[said], 0) }), says: (text) => write(read, text),
        read: (x) => {
          const k = Math.max(0, Math.min(classes - 1, Math.floor((x / plot.frame.clientWidth) * classes)));
          return say("image_reads", { k, mean: exact(mean[k]), std: brief(std[k], 3), plain: exact(own("plain")[k]) });
        },
      });
      plot.draw();
      canvas.className = "dl-drop-digit";
      const words_ = el("span", { text: say(said === right ? "image_right" : "image_wrong", { right, said }) });
      return el("figure", {}, el("div", {}, canvas, words_), plot.frame);
    }));
  }

  const gray = (share) => {
    const [from, to] = theme.dark ? [24, 235] : [250, 20];
    const value = from + (to - from) * Math.max(0, Math.min(1, share));
    return [value, value, value];
  };

  function bars(g, w, h, mean, std, right) {
    const each = w / mean.length;
    const tall = h - 16;
    g.font = `11px ${theme.font}`;
    Object.assign(g, { textAlign: "center", textBaseline: "bottom" });
    mean.forEach((value, k) => {
      const x = (k + 0.5) * each;
      g.fillStyle = k === right ? theme.paths[0] : theme.muted;
      g.fillRect(x - 0.34 * each, tall * (1 - value), 0.68 * each, tall * value);
      whisker(g, [x, tall * (1 - Math.min(1, value + std[k]))], [x, tall * (1 - Math.max(0, value - std[k]))], 1.4, theme.text);
      g.fillStyle = k === right ? theme.text : theme.muted;
      g.fillText(String(k), x, h - 1);
    });
    whisker(g, [0, tall], [w, tall], 1, theme.border);
  }

  return {
    controls: about.task === "classes" && about.inputs <= 2 ? [by.element] : [],
    add,
    draw,
    figures() {
      if (about.inputs > 2 || !judged || !found) return [];
      const notes = [words.textContent];
      if (about.inputs === 1) {
        return [{
          name: "dropout-spread", title: say("curve_title", { masks: found.masks }), paint: paintCurve, notes,
          legend: [{ text: say("mean_axis"), color: theme.paths[0], dash: [] }, { text: say("plain_name"), color: theme.text, dash: [5, 3] }],
          table: () => ({ head: ["node", "mean", "std", "plain"], rows: Array.from(found.mean, (mean, i) => [i, mean, found.std[i], begun.plain[i]]) }),
        }];
      }
      const kinds = Array.from({ length: about.outputs }, (_, k) => ({ text: say("class", { k }), color: classColor(k) }));
      return plots.map(({ name, caption }) => ({
        name: `dropout-${name}`, title: caption.textContent, height: (w) => 0.75 * w, paint: (g, w, h, size) => paintPlane(g, w, h, name, size), legend: kinds, notes,
        table: () => ({ head: ["node", "std_or_information"], rows: Array.from(kept.values, (value, i) => [i, value]) }),
      }));
    },
    destroy: () => plots.forEach(({ plot }) => plot.destroy()),
  };
}
