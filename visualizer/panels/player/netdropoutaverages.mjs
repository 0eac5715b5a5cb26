// The mean over masks beside the scaled pass: equal where the masks enter linearly, apart where a rectifier bends them.

import { brief, count } from "./numbers.mjs";
import { createPlot, dot, percentWithin, segments } from "./netdropoutparts.mjs";
import { axisOf, boxOf, drawAxes, drawLine, within } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { el, write } from "./ui.mjs";

const seen = { by: "mean" };

export function createAverages(host, store, about) {
  const say = (key, values) => store.say(`net_dropout.${key}`, values);
  const by = segments({
    label: say("by"), key: "dropout:by", items: [["mean", say("by_mean"), say("by_mean_doc")], ["gap", say("by_gap"), say("by_gap_doc")]],
    onpick: (value) => ((seen.by = value), draw()),
  });
  const read = el("output", { class: "dl-drop-read" });
  const row = el("div", { class: "dl-drop-many" });
  const words = el("p", { class: "dl-drop-words" });
  host.append(row, read, words);
  let [begun, panels] = [null, []];

  function add(header, arrays) {
    if (header.of === "begin") {
      begun = header;
      panels = header.panels.map(panel);
      row.replaceChildren(...panels.map(({ element }) => element));
    } else Object.assign(panels[header.panel], { found: { ...header, ...arrays } });
    draw();
  }

  function panel(name) {
    const one = { name, found: null, shown: null, text: el("p", { class: "dl-drop-note" }) };
    one.plot = createPlot((g, w, h) => (one.shown = paint(g, w, h, one)), { read: (x, y) => under(one, x, y), says: (text) => write(read, text), label: say(`panel_${name}`) });
    one.element = el("figure", { data: { panel: name } }, el("figcaption", { text: say(title(name)) }), one.plot.frame, one.text);
    return one;
  }

  /** With one hidden layer, or none that bends, the outputs are linear in the masks too. */
  const linear = (name) => name !== "outputs" || about.hidden.length === 1 || (about.activation === "linear" && about.norm === "none");
  const title = (name) => (name === "outputs" && linear(name) ? "panel_outputs_linear" : `panel_${name}`);

  function draw() {
    by.set(seen.by);
    panels.forEach((one) => {
      one.plot.draw();
      write(one.text, one.found ? told(one) : say("computing"));
    });
    if (!begun || !panels.at(-1).found) return;
    write(words, say(about.hidden.length === 1 ? "average_one" : linear("outputs") ? "average_linear" : "average_doc", {
      points: begun.points, groups: begun.groups, group: begun.group, bend: say(`bend_${about.activation}`),
    }));
  }

  /** The gap beyond chance, as a root mean square, and how often a group's interval leaves the scaled pass out. */
  function told({ found }) {
    const { masks, beyond, beyond_half: half, squared, squared_low: low, squared_high: high, wide } = found;
    const root = (value) => Math.sqrt(Math.max(0, value));
    const parts = [say("masks_so_far", { masks: count(masks) })];
    if (low !== null && high !== null) {
      parts.push(low > 0
        ? say("gap_seen", { gap: brief(root(squared), 2), low: brief(root(low), 2), high: brief(root(high), 2), share: brief((100 * root(squared)) / wide, 2) })
        : say("gap_none", { high: brief(root(high), 2), share: brief((100 * root(high)) / wide, 2) }));
    }
    parts.push(say("beyond", { beyond: percentWithin(beyond, half === null ? NaN : Math.min(half, 1)) }));
    return parts.join(say("space"));
  }

  function paint(g, w, h, one, size = 12) {
    const { found } = one;
    if (!found) return null;
    const { mean, scaled, half } = found;
    const gap = seen.by === "gap";
    const up = gap ? mean.map((value, i) => value - scaled[i]) : mean;
    const [x0, x1] = ends(scaled);
    const most = gap ? Math.max(...Array.from(up, (value, i) => Math.abs(value) + half[i]).filter(Number.isFinite), 1e-9) : 0;
    const [y0, y1] = gap ? [-most * 1.05, most * 1.05] : [x0, x1];
    if (!(x1 > x0)) return null;
    const box = boxOf(w, h, size);
    const across = axisOf("linear", x0, x1);
    const upward = axisOf("linear", y0, y1);
    drawAxes(g, box, { axis: across, label: say("scaled_axis") }, { axis: upward, label: say(gap ? "gap_axis" : "mean_axis") }, { ruled: true, size });
    const at = (x, y) => [box[0] + across.share(x) * box[2], box[1] + (1 - upward.share(y)) * box[3]];
    const off = (i) => Math.abs(mean[i] - scaled[i]) > half[i];
    within(g, box, () => {
      drawLine(g, gap ? [at(x0, 0), at(x1, 0)] : [at(x0, x0), at(x1, x1)], { color: theme.muted, dash: [] }, 1);
      g.globalAlpha = up.length > 1000 ? 0.35 : 0.7;
      for (let i = 0; i < up.length; i++) {
        const [x, y] = at(scaled[i], up[i]);
        if (gap && up.length <= 400) {
          g.beginPath();
          g.moveTo(x, at(scaled[i], up[i] - half[i])[1]);
          g.lineTo(x, at(scaled[i], up[i] + half[i])[1]);
          g.lineWidth = 0.8;
          g.strokeStyle = off(i) ? theme.paths[1] : theme.paths[0];
          g.stroke();
        }
        if (off(i)) g.fillStyle = theme.paths[1];
        if (off(i)) g.fillRect(x - 2, y - 2, 4, 4); // a square: not by color alone
        else dot(g, x, y, 1.8, theme.paths[0]);
      }
      g.globalAlpha = 1;
    });
    return { at, up };
  }

  function ends(values) {
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const room = 0.04 * (high - low || 1);
    return [low - room, high + room];
  }

  function under(one, x, y) {
    if (!one.shown || !one.found) return "";
    const { mean, scaled, half } = one.found;
    let [best, near] = [-1, 20];
    for (let i = 0; i < mean.length; i++) {
      const [u, v] = one.shown.at(scaled[i], one.shown.up[i]);
      const far = Math.hypot(u - x, v - y);
      if (far < near) [best, near] = [i, far];
    }
    if (best < 0) return "";
    const outputs = mean.length / begun.points;
    return say("average_reads", { point: Math.floor(best / outputs) + 1, output: (best % outputs) + 1, mean: exact(mean[best]), half: brief(half[best], 3), scaled: exact(scaled[best]) });
  }

  return {
    controls: [by.element],
    add,
    draw,
    figures: () => (panels.every(({ found }) => found) ? panels : []).map((one) => ({
      name: `dropout-average-${one.name}`, title: say(title(one.name)), height: (w) => 0.8 * w,
      paint: (g, w, h, size) => paint(g, w, h, one, size),
      legend: [{ text: say("inside"), color: theme.paths[0] }, { text: say("outside"), color: theme.paths[1] }],
      notes: [`${say(title(one.name))}: ${one.text.textContent}`, words.textContent],
      table: () => ({ head: ["panel", "point", "output", "mean", "half", "scaled"], rows: Array.from(one.found.mean, (mean, i) => {
        const outputs = one.found.mean.length / begun.points;
        return [one.name, Math.floor(i / outputs) + 1, (i % outputs) + 1, mean, one.found.half[i], one.found.scaled[i]];
      }) }),
    })),
    destroy: () => panels.forEach(({ plot }) => plot.destroy()),
  };
}
