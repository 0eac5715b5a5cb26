// Networks trained with either scale, each tested in three ways: what is right, and what the mistakes cost.

import { chanceShade, fitted, picture, putPicture } from "./netdropoutmap.mjs";
import { createPlot, dot, neat, percent, percentWithin, segments, whisker, within } from "./netdropoutparts.mjs";
import { lossAxis } from "./plotaxes.mjs";
import { theme } from "./theme.mjs";
import { el, toggle, write } from "./ui.mjs";

const KINDS = [["inverted", "twice", "left_on"], ["forgotten", "paper", "left_on_paper"]]; // by training: times 1, times 1 - p, left on
const [TRAIN, TEST] = [0, 1];
const [LOSS, MISTAKES] = [0, 1];

const seen = { way: null }; // how it is tested, as looked at last; null: as is right

export function createTesting(host, store, about) {
  const say = (key, values) => store.say(`net_dropout.${key}`, values);
  const own = about.inverted ? 0 : 1;
  const right = own; // times 1 after inverted training, times 1 - p after the paper's
  const p = neat(1 - about.p);
  const left = toggle({ label: say("left_doc"), key: "dropout:left", onflip: (value) => choose(value ? 2 : right) });
  const factor = segments({
    label: say("factor_doc"), key: "dropout:factor", items: [[0, "\u00d71", say("times_one_doc")], [1, `\u00d7${p}`, say("times_less_doc")]],
    onpick: (value) => choose(value),
  });
  const words = el("p", { class: "dl-drop-words", role: "status" });
  const about_ = el("p", { class: "dl-drop-note" });
  const cells = KINDS.map((kinds, column) => kinds.map((kind, row) => cell(kind, column, row)));
  const head = (column) => el("div", { class: "dl-drop-head", text: say(column ? "trained_original" : "trained_inverted", { scale: neat(1 / (1 - about.p)) }) + (column === own ? say("this_network") : "") });
  const rows = ["times_one", "times_less", "left_on_row"].map((key) => el("div", { class: "dl-drop-side-head", text: say(key, { p }) }));
  host.append(
    el("div", { class: "dl-drop-matrix", role: "group", "aria-label": say("testing_doc") }, el("div"), head(0), head(1),
      [0, 1, 2].map((row) => [rows[row], cells[0][row].element, cells[1][row].element])),
    words, about_,
  );
  let [begun, scores, seeds, plane, axis, turn] = [null, null, 0, null, null, 0];
  if (seen.way === null) seen.way = right;

  function choose(way) {
    seen.way = way;
    mark();
  }

  function mark() {
    left.set(seen.way === 2);
    factor.set(seen.way === 2 ? null : seen.way);
    cells.flat().forEach(({ element, column, row }) => element.setAttribute("aria-pressed", String(column === own && row === seen.way)));
    sentence();
  }

  /** One way of testing one training. */
  function cell(kind, column, row) {
    const strip = createPlot((g, w, h) => paintStrip(g, w, h, kind), { extra: "dl-drop-strip" });
    const map = createPlot((g, w, h) => paintMap(g, w, h, kind), { extra: "dl-drop-map" });
    map.frame.hidden = about.inputs > 2;
    const [loss, mistakes] = [el("span"), el("span")];
    const good = kind === "inverted" || kind === "paper";
    const title = el("b", {}, el("span", { class: "dl-drop-tag", text: `${say(column ? "original" : "inverted")} \u00b7 ` }), `${good ? "\u2713 " : ""}${say(`way_${kind}`)}`);
    const element = el("button", {
      type: "button", class: "dl-drop-cell", "aria-pressed": "false", data: { key: `dropout:${kind}`, way: kind },
      onclick() {
        choose(row);
        if (column !== own) store.edit("learn", { run: store.state.header.scenario.looked, name: "inverted", value: column === 0 });
      },
    }, map.frame, el("span", { class: "dl-drop-scores" }, title, loss, mistakes, strip.frame));
    return { kind, column, row, element, strip, map, loss, mistakes };
  }

  const number = (name, kind, what, where) => scores?.[name][(begun.ways.indexOf(kind) * 2 + what) * 2 + where];

  function add(header, arrays) {
    if (header.of === "begin") begun = header;
    else if (header.of === "seed") [scores, seeds] = [arrays, seeds + 1];
    else plane = { ...arrays, drawn_: header.drawn, grid: header.grid, pictures: new Map(), look: "" };
    draw();
  }

  function draw() {
    if (scores) {
      const losses = begun.ways.flatMap((kind) => [number("mean", kind, LOSS, TRAIN), number("mean", kind, LOSS, TEST)]);
      axis = lossAxis(losses, { least: null, tolerance: 1e-3 });
    }
    cells.flat().forEach(({ kind, strip, map, loss, mistakes }) => {
      if (!scores) return;
      const classes = about.task === "classes";
      const tell = (what) => [number("mean", kind, what, TEST), number("half", kind, what, TEST)];
      write(loss, say("test_loss", { loss: within(...tell(LOSS)) }));
      write(mistakes, classes ? say("test_mistakes", { mistakes: percentWithin(...tell(MISTAKES)) }) : "");
      strip.draw();
      map.draw();
    });
    mark();
    if (!begun) return;
    const first = seeds < begun.seeds ? say("seeds_so_far", { k: seeds, n: begun.seeds }) : say("seeds_all", { n: begun.seeds });
    write(about_, [first, say(about.inputs > 2 ? "strip_doc" : "cells_doc", { masks: begun.masks })].join(say("space")));
  }

  function paintStrip(g, w, h, kind) {
    if (!scores || !axis) return;
    const x = (loss) => 6 + Math.max(0, Math.min(1, axis.share(loss))) * (w - 12);
    const y = h / 2;
    whisker(g, [6, y], [w - 6, y], 1, theme.border);
    for (const [share] of axis.ticks(5)) whisker(g, [6 + share * (w - 12), y - 3], [6 + share * (w - 12), y + 3], 1, theme.border);
    for (const [where, color, r] of [[TRAIN, theme.muted, 3], [TEST, theme.paths[kind === "inverted" || kind === "paper" ? 2 : 1], 4]]) {
      const [mean, half] = [number("mean", kind, LOSS, where), number("half", kind, LOSS, where)];
      if (!Number.isFinite(mean)) continue;
      if (Number.isFinite(half)) whisker(g, [x(Math.max(mean - half, 1e-12)), y], [x(mean + half), y], 2, color);
      dot(g, x(mean), y, r, color);
      if (where === TRAIN) dot(g, x(mean), y, r - 1.4, theme.background);
    }
  }

  /** The picture of a way's answers; with dropout left on, of one mask after the other. */
  function pictureOf(kind) {
    if (plane.look !== theme.key) [plane.look, plane.pictures] = [theme.key, new Map()];
    const masked = kind.startsWith("left_on");
    const key = masked ? `${kind}:${turn}` : kind;
    if (!plane.pictures.has(key)) {
      const nodes = plane.grid[0] * plane.grid[1];
      const many = plane.certain.length / 4 / nodes;
      const all = masked ? plane.drawn : plane.certain;
      const at = masked ? (kind === "left_on" ? 0 : plane.drawn_) + turn : ["inverted", "twice", "forgotten", "paper"].indexOf(kind);
      const own = Float32Array.from(all.subarray(at * nodes * many, (at + 1) * nodes * many), (value) => value / 255);
      plane.pictures.set(key, picture(plane.grid, chanceShade(own, many)));
    }
    return plane.pictures.get(key);
  }

  function paintMap(g, w, h, kind) {
    if (!plane) return;
    if (about.inputs === 2) return putPicture(g, pictureOf(kind), fitted(about.window, w, h));
    if (about.inputs === 1) curve(g, w, h, kind);
  }

  function curve(g, w, h, kind) {
    const [, , y0, y1] = about.window;
    const n = plane.grid;
    const masked = kind.startsWith("left_on");
    const order = masked ? Array.from({ length: plane.drawn_ }, (_, k) => (kind === "left_on" ? 0 : plane.drawn_) + k) : [["inverted", "twice", "forgotten", "paper"].indexOf(kind)];
    const all = masked ? plane.drawn : plane.certain;
    g.strokeStyle = theme.text;
    for (const at of order) {
      g.globalAlpha = masked ? 0.3 : 1;
      g.lineWidth = masked ? 1 : 1.6;
      g.beginPath();
      for (let i = 0; i < n; i++) g.lineTo((i / (n - 1)) * w, h * (1 - (all[at * n + i] - y0) / (y1 - y0)));
      g.stroke();
    }
    g.globalAlpha = 1;
  }

  /** What the chosen way does, in numbers of these networks. */
  function sentence() {
    if (!scores) return write(words, say("computing"));
    const kind = KINDS[own][seen.way];
    const layers = about.hidden.length;
    const [rise, half] = [number("rise", kind, LOSS, TEST), number("rise_half", kind, LOSS, TEST)];
    const values = {
      p: about.p, q: p, layers, scale: neat(1 / (1 - about.p)), much: neat((1 / (1 - about.p)) ** layers), little: neat((1 - about.p) ** layers),
      loss: within(number("mean", kind, LOSS, TEST), number("half", kind, LOSS, TEST)), rise: within(rise, half), n: seeds,
      mistakes: percent(number("spread", kind, about.task === "classes" ? MISTAKES : LOSS, TEST), 2),
    };
    const found = [say(`say_${kind}`, values)];
    if (rise || half) found.push(say(!Number.isFinite(half) ? "rise_one" : rise - half > 0 ? "rise_up" : rise + half < 0 ? "rise_down" : "rise_none", values));
    if (plane?.sure) {
      const k = begun.ways.indexOf(kind);
      found.push(say("sure", { sure: percent(plane.sure[k]), right: percent(1 - scoresOfFirst(kind)) }));
    }
    return write(words, found.join(say("space")));
  }

  let first = null; // the scores of the network that is looked at
  const scoresOfFirst = (kind) => first[(begun.ways.indexOf(kind) * 2 + MISTAKES) * 2 + TEST];

  return {
    testing: [el("span", { class: "dl-drop-label", text: say("testing") }), left.element, factor.element],
    add(header, arrays) {
      if (header.of === "seed" && !first) first = arrays.own;
      add(header, arrays);
    },
    draw,
    frame(t) {
      const next = plane ? Math.floor(t) % plane.drawn_ : 0;
      if (next === turn) return;
      turn = next;
      if (about.inputs === 2) cells.flat().forEach(({ kind, map }) => kind.startsWith("left_on") && map.draw());
    },
    figures() {
      if (!scores) return [];
      return [{
        name: "dropout-testing", title: say("testing_doc"), paint: paintFigure, legend: [{ text: say("on_test"), color: theme.paths[1] }, { text: say("on_train"), color: theme.muted }],
        notes: [about_.textContent, words.textContent],
        table: () => ({
          head: ["way", "seeds", "train_loss", "train_loss_half", "test_loss", "test_loss_half", "train_mistakes", "test_mistakes", "test_mistakes_half", "test_loss_above_right", "above_half"],
          rows: begun.ways.map((kind) => [kind, seeds, number("mean", kind, LOSS, TRAIN), number("half", kind, LOSS, TRAIN), number("mean", kind, LOSS, TEST), number("half", kind, LOSS, TEST),
            number("mean", kind, MISTAKES, TRAIN), number("mean", kind, MISTAKES, TEST), number("half", kind, MISTAKES, TEST), number("rise", kind, LOSS, TEST), number("rise_half", kind, LOSS, TEST)]),
        }),
      }];
    },
    destroy: () => cells.flat().forEach(({ strip, map }) => (strip.destroy(), map.destroy())),
  };

  /** The table as a figure: a row for each way, with its loss on the common axis. */
  function paintFigure(g, w, h, size) {
    const high = h / begun.ways.length;
    begun.ways.forEach((kind, k) => {
      g.save();
      g.translate(0, k * high);
      g.font = `${size}px ${theme.font}`;
      Object.assign(g, { fillStyle: theme.text, textAlign: "left", textBaseline: "middle" });
      g.fillText(`${say(KINDS[0].includes(kind) ? "inverted" : "original")}: ${say(`way_${kind}`)}`, 0, high / 2);
      g.translate(w * 0.42, 0);
      paintStrip(g, w * 0.36, high, kind);
      g.translate(w * 0.38, 0);
      g.font = `${size}px ${theme.font}`;
      Object.assign(g, { fillStyle: theme.text, textAlign: "left", textBaseline: "middle" });
      g.fillText(within(number("mean", kind, LOSS, TEST), number("half", kind, LOSS, TEST)), 0, high / 2);
      g.restore();
    });
  }
}
