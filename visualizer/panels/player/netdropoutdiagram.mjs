// The network with the masks of the step at the play position, for one point of its batch; and as it is tested.

import { brief, count } from "./numbers.mjs";
import { drawLines, drawUnit, layoutOf, linesOf } from "./netdropoutlayout.mjs";
import { createPlot, neat, percent, segments, within } from "./netdropoutparts.mjs";
import { bitAt, chances, layersOf, lossOf, pass, worked } from "./netdropoutpass.mjs";
import { snapshotAt } from "./netnumbers.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { el, options, select, write } from "./ui.mjs";

const NEAR = 14; // px around a unit that are the unit

const seen = { row: 0, unit: 0, training: true }; // what was looked at last

export function createDiagram(host, store, about) {
  const say = (key, values) => store.say(`net_dropout.${key}`, values);
  const which = segments({
    label: say("which"), key: "dropout:pass", items: [[true, say("step"), say("step_doc")], [false, say("test"), say("test_doc")]],
    onpick: (value) => ((seen.training = value), draw()),
  });
  const row = select({ label: say("row"), key: "dropout:row", onpick: (value) => ((seen.row = Number(value)), draw()) });
  const unit = select({ label: say("unit_doc"), key: "dropout:unit", onpick: (value) => ((seen.unit = Number(value)), draw()) });
  const read = el("output", { class: "dl-drop-read" });
  const plot = createPlot((g, w, h) => paint(g, w, h) && tell(), { read: under, says: (text) => write(read, text) });
  plot.frame.addEventListener("click", (event) => {
    const spot = spotAt(event.offsetX, event.offsetY);
    if (spot?.layer === 1 && spot.unit < next()) [seen.unit, unit.value] = [spot.unit, String(spot.unit)];
    draw();
  });
  const facts = el("div", { class: "dl-drop-facts" });
  const example = el("table", { class: "dl-drop-table" });
  const remark = el("p", { class: "dl-drop-note" });
  const side = el("div", { class: "dl-drop-side", tabindex: 0, role: "region", "aria-label": say("numbers") },
    facts, el("div", { class: "dl-drop-pick" }, el("span", { text: say("gets") }), unit), example, remark);
  host.append(el("div", { class: "dl-drop-split" }, el("div", { class: "dl-drop-left" }, plot.frame, read), side));

  let [begun, snapshots, bits, places, size, known] = [null, [], null, null, 0, 0];
  let shown = null; // {layout, step, off, training, test: passes, ...} of what is drawn
  const next = () => about.hidden[1] ?? about.outputs; // units of the layer after the first hidden one

  function add(header, arrays) {
    if (header.of === "begin") {
      begun = { ...header, ...arrays };
      const many = arrays.theta.length / header.at.length;
      snapshots = header.at.map((_, k) => layersOf(header.parts, arrays.theta.subarray(k * many, (k + 1) * many)));
      size = Math.ceil(about.hidden.reduce((a, b) => a + b, 0) / 8);
      [bits, places] = [new Uint8Array(about.steps * header.rows * size), new Uint16Array(about.steps * header.rows)];
      seen.row = Math.min(seen.row, header.rows - 1);
      seen.unit = Math.min(seen.unit, next() - 1);
      options(row, Array.from({ length: header.rows }, (_, k) => [k, say("point", { k: k + 1, n: about.batch })]), seen.row);
      options(unit, Array.from({ length: next() }, (_, k) => [k, name(1, k)]), seen.unit);
    } else {
      bits.set(arrays.bits, header.first * begun.rows * size);
      places.set(arrays.places, header.first * begun.rows);
      known = header.first + arrays.places.length / begun.rows;
    }
    draw();
  }

  function draw() {
    which.set(seen.training);
    plot.draw();
  }

  const name = (layer, unitPlace) => say(layer < 0 ? "an_input" : layer >= about.hidden.length ? "an_output" : "a_unit", { layer: layer + 1, unit: unitPlace + 1 });

  /** All numbers of the step at the play position. */
  function now() {
    const step = Math.max(0, Math.min(Math.floor(store.clock.t), about.steps - 1, known - 1));
    const at = step * begun.rows + seen.row;
    const firsts = about.hidden.map((_, k) => about.hidden.slice(0, k).reduce((a, b) => a + b, 0));
    const on = (layer, i) => bitAt(bits, at * size, firsts[layer] + i);
    const place = places[at];
    const x = begun.x.subarray(place * about.inputs, (place + 1) * about.inputs);
    const y = begun.y.subarray(place * about.outputs, (place + 1) * about.outputs);
    const k = snapshotAt(begun.at, step);
    const layers = snapshots[k];
    const units = about.hidden.reduce((a, b) => a + b, 0);
    const statistics = begun.statistics?.subarray(2 * k * units, 2 * (k + 1) * units) ?? null;
    const [scale, factor] = about.inverted ? [1 / (1 - about.p), 1] : [1, 1 - about.p];
    const training = pass(about, layers, x, on, scale, statistics);
    const test = pass(about, layers, x, () => 1, factor, statistics);
    return { step, at: begun.at[k], place, x, y, layers, on, training, test, scale, factor };
  }

  /** All of the picture, w x h, on any context. */
  function paint(g, w, h, letters = 12) {
    if (!begun || !known) return false;
    const found = now();
    const layout = layoutOf(about, w, h, letters);
    const off = ({ layer, unit: i }) => seen.training && layer >= 0 && layer < about.hidden.length && !found.on(layer, i);
    shown = { ...found, layout, off };
    drawLines(g, linesOf(found.layers, layout.spots), off, { layer: 1, unit: seen.unit });
    layout.spots.forEach((spots, k) => spots.forEach((spot) => drawUnit(g, spot, shareOf(k - 1, spot.unit), off(spot), spot.layer === 1 && spot.unit === seen.unit)));
    label(g, letters);
    return true;
  }

  /** A unit's part of the largest in its layer, of both passes: so they can be compared. */
  function shareOf(layer, i) {
    const { x, training, test } = shown;
    if (layer < 0) return about.inputs === 64 ? x[i] : Math.max(-1, Math.min(1, x[i] / 2));
    if (layer === about.hidden.length) {
      const answer = (seen.training ? training : test).sums.at(-1);
      return about.task === "classes" ? chances(answer)[i] : Math.tanh(answer[i]);
    }
    const largest = Math.max(...training.given[layer].map(Math.abs), ...test.given[layer].map(Math.abs), 1e-12);
    return (seen.training ? training : test).given[layer][i] / largest;
  }

  function label(g, letters) {
    const { layout, x } = shown;
    g.font = `${letters}px ${theme.font}`;
    g.textAlign = "center";
    g.textBaseline = "top";
    layout.columns.forEach(({ x: at, count: units }, k) => {
      const hidden = k > 0 && k <= about.hidden.length;
      const first = k === 0 ? say("inputs") : !hidden ? say("outputs") : layout.tight ? String(k) : say("hidden", { k });
      g.fillStyle = theme.text;
      g.fillText(first, at, layout.below + 2);
      g.fillStyle = theme.muted;
      if (hidden && !layout.tight) g.fillText(seen.training ? say("kept", { kept: keptOf(k - 1), units }) : say("all_on", { units }), at, layout.below + 2 + letters * 1.25);
    });
    g.textBaseline = "middle";
    g.fillStyle = theme.text;
    g.textAlign = "left";
    const answer = (seen.training ? shown.training : shown.test).sums.at(-1);
    const likely = about.task === "classes" ? chances(answer) : null;
    layout.spots.at(-1).forEach(({ x: at, y, r, unit: i }) => g.fillText(likely ? `${i}: ${percent(likely[i], 0)}` : brief(answer[i], 3), at + r + 6, y));
    if (about.inputs === 64) return;
    g.textAlign = "right";
    layout.spots[0].forEach(({ x: at, y, r, unit: i }) => g.fillText(x[i].toFixed(2).replace("-", "\u2212"), at - r - 5, y));
  }

  const keptOf = (layer) => Array.from({ length: about.hidden[layer] }, (_, i) => shown.on(layer, i)).reduce((a, b) => a + b, 0);

  /** What the picture has no room for: how many units are on, and how many are drawn. */
  function further() {
    const { layout } = shown;
    const kept = layout.tight ? [say("kept_all", { kept: about.hidden.map((units, k) => `${keptOf(k)}/${units}`).join(", ") })] : [];
    const less = about.hidden.flatMap((units, k) => (layout.spots[k + 1].length < units ? [say("drawn", { k: k + 1, drawn: layout.spots[k + 1].length, units })] : []));
    return [...kept, ...(less.length > 2 ? [say("drawn_many", { drawn: layout.spots[1].length })] : less)].join(say("space"));
  }

  /** The numbers beside the picture. */
  function tell() {
    const { step, at, place, y, training, test, scale, layers } = shown;
    const classes = about.task === "classes";
    const right = y.indexOf(Math.max(...y));
    const rows = [training, test].map((one) => {
      const answer = one.sums.at(-1);
      return [classes ? percent(chances(answer)[right], 2) : brief(answer[0], 4), brief(lossOf(about.task, answer, y), 4)];
    });
    const truth = classes ? say("truth_class", { k: right }) : say("truth_value", { value: brief(y[0], 4) });
    const factor = say(about.inverted ? "scaled_up" : "scaled_down", { p: about.p, scale: neat(scale), factor: neat(1 - about.p) });
    const line = (text, extra = "") => el("p", { class: extra, text });
    facts.replaceChildren(
      line(say("place", { step: count(step), next: count(step + 1), place: count(place), truth }), "dl-drop-strong"),
      table(["", say("step"), say("test")], [[say(classes ? "chance" : "answer"), rows[0][0], rows[1][0]], [say("loss"), rows[0][1], rows[1][1]]]),
      line(factor),
      line(further(), "dl-drop-note"),
    );
    const masks = known * begun.rows;
    const found = worked(layers[1], training.bent[0], seen.unit, about.p, (i) => shown.on(0, i), bits, size, masks);
    const cell = (key) => [found.inverted, found.original].map((one) => brief(one[key], 4));
    const mult = (value, by) => [`(\u00d7${by}) ${brief(value, 4)}`];
    const plus = [found.inverted, found.original].map(({ seen: mean, half }) => within(mean, half));
    example.replaceChildren(...table(["", say("inverted"), say("original")], [
      [say("with_mask"), ...cell("now")],
      [say("on_average"), ...cell("mean")],
      [say("over_masks", { n: count(found.n) }), ...plus],
      [say("in_test"), ...mult(found.inverted.test, "1"), ...mult(found.original.test, neat(1 - about.p))],
      [say("wrong_factor"), ...mult(found.inverted.wrong, neat(1 - about.p)), ...mult(found.original.wrong, "1")],
    ]).childNodes);
    example.dataset.own = about.inverted ? "1" : "2";
    write(remark, [say("example_doc"), at < step ? say("weights_of", { at: count(at) }) : "", about.norm === "batch" ? say("batch_norm") : "", about.jitter ? say("no_jitter") : ""].filter(Boolean).join(say("space")));
    plot.frame.dataset.kept = about.hidden.map((units, k) => Array.from({ length: units }, (_, i) => shown.on(k, i)).join("")).join(" ");
    plot.name(say("diagram_label", { step: count(step), layers: about.hidden.join(", ") }));
  }

  function table(head, rows) {
    return el("table", { class: "dl-drop-table" },
      el("thead", {}, el("tr", {}, head.map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, rows.map(([first, ...rest]) => el("tr", {}, el("th", { scope: "row", text: first }), rest.map((text) => el("td", { text }))))));
  }

  function spotAt(x, y) {
    if (!shown) return null;
    const near = shown.layout.spots.flat().map((spot) => [Math.hypot(spot.x - x, spot.y - y), spot]);
    const [far, spot] = near.reduce((best, one) => (one[0] < best[0] ? one : best), [Infinity, null]);
    return far <= Math.max(NEAR, spot?.r ?? 0) ? spot : null;
  }

  function under(x, y) {
    const spot = spotAt(x, y);
    if (!spot) return "";
    const { layer, unit: i } = spot;
    if (layer < 0) return `${name(layer, i)}: ${exact(shown.x[i])}`;
    if (layer === about.hidden.length) return `${name(layer, i)}: ${say("reads", { step: exact(shown.training.sums[layer][i]), test: exact(shown.test.sums[layer][i]) })}`;
    const state = say(shown.on(layer, i) ? "is_on" : "is_off");
    return `${name(layer, i)}, ${state}: ${say("reads", { step: exact(shown.training.given[layer][i]), test: exact(shown.test.given[layer][i]) })}`;
  }

  return {
    controls: [row, which.element],
    add,
    draw,
    frame: () => begun && plot.draw(),
    figures() {
      if (!shown) return [];
      return [{
        name: `dropout-masks-${shown.step}`,
        title: say("place", { step: count(shown.step), next: count(shown.step + 1), place: count(shown.place), truth: "" }),
        height: (w) => 0.6 * w,
        paint: (g, w, h, letters) => paint(g, w, h, letters),
        legend: [{ text: say("positive"), color: theme.paths[0], dash: [] }, { text: say("negative"), color: theme.paths[1], dash: [5, 3] }],
        notes: [say("figure_masks")],
        table: () => ({
          head: ["layer", "unit", "on", "training", "testing"],
          rows: about.hidden.flatMap((units, layer) => Array.from({ length: units }, (_, i) =>
            [layer + 1, i + 1, shown.on(layer, i), shown.training.given[layer][i], shown.test.given[layer][i]])),
        }),
      }];
    },
    destroy: plot.destroy,
  };
}
