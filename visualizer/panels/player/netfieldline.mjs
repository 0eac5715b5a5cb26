// What networks answer to a line of inputs: the points, the curve without noise, and the networks' curves as they learn.

import { createLayer } from "./layer.mjs";
import { boxOf, drawFrame, mapOf } from "./netfieldbox.mjs";
import { attachCard } from "./netfieldcard.mjs";
import { drawPoints, isDisturbed, isTest, nearest, pointsOf } from "./netfieldpoints.mjs";
import { snapshotAt } from "./netnumbers.mjs";
import { brief, count } from "./numbers.mjs";
import { fontSize } from "./panel.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { runName } from "./tracks.mjs";
import { el } from "./ui.mjs";

const AXES = ["x", "y"];
const FAINT = 0.4; // networks that are shown, but not looked at

/** Values of the snapshots `k` and `k + 1`, `share` of the way from one to the other, of `count` numbers each. */
function valuesAt(values, count, k, share) {
  const to = share ? (k + 1) * count : k * count;
  return values.subarray(k * count, (k + 1) * count).map((value, i) => value + share * (values[to + i] - value));
}

/** A value between the nodes of a line, at a share of its length. */
function between(values, u) {
  const at = Math.min(Math.max(u, 0), 1) * (values.length - 1);
  const i = Math.min(Math.floor(at), values.length - 2);
  return values[i] + (at - i) * (values[i + 1] - values[i]);
}

export function createLine(field, store, which) {
  const frame = el("div", { class: "dl-field-frame", tabindex: 0, role: "img" });
  field.append(frame);
  const layers = [0, 1, 2].map(() => createLayer(frame));
  const [still, moving, above] = layers;
  let [shown, points, box, map, scale] = [null, null, null, null, 1];
  let [now, hit, own] = [null, -1, null]; // own: the values of the network that is looked at
  let others = []; // {place, color, dash, values} of those that are drawn faintly

  const card = attachCard(frame, pick, () => box);
  const at = (i) => [map.x(points.x[i]), map.y(points.values[i])];

  function draw() {
    const [w, h] = [frame.clientWidth, frame.clientHeight];
    if (!shown || !w || !h) return;
    const { about } = shown;
    points ??= pointsOf(about);
    box = boxOf(w, h, about.window, false);
    map = mapOf(box, about.window);
    scale = fontSize(h) > 11 ? 1.3 : 1;
    for (const layer of layers) layer.fit([0, 0, w, h]);
    still.clear();
    above.clear();
    drawFrame(still.g, h, box, about.window, AXES);
    still.within(box, (g) => about.truth && trace(g, about.truth, theme.muted, 1.6 * scale, [2, 3]));
    above.within(box, (g) => drawPoints(g, points, at, which(), scale));
    now = null;
  }

  function trace(g, values, color, width, dash = []) {
    const [left, , wide] = box;
    g.beginPath();
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) break;
      g.lineTo(left + (wide * i) / (values.length - 1), Math.max(-1e4, Math.min(1e4, map.y(values[i]))));
    }
    g.setLineDash(dash);
    Object.assign(g, { strokeStyle: color, lineWidth: width, lineJoin: "round" });
    g.stroke();
    g.setLineDash([]);
  }

  function paint() {
    moving.clear();
    moving.within(box, (g) => {
      g.globalAlpha = FAINT;
      for (const one of others) trace(g, one.values, one.color, 1.5 * scale, one.dash);
      g.globalAlpha = 1;
      if (own) {
        trace(g, own, theme.halo, 5.4 * scale);
        trace(g, own, shown.color, 2.8 * scale);
      }
      if (hit >= 0) residual(g);
    });
  }

  /** How far the answer is from the point below the pointer. */
  function residual(g) {
    const [x, y] = at(hit);
    Object.assign(g, { strokeStyle: theme.accent, lineWidth: 2.2 * scale });
    g.beginPath();
    g.arc(x, y, 7 * scale, 0, 2 * Math.PI);
    if (now.k >= 0) {
      g.moveTo(x, y);
      g.lineTo(x, map.y(answer(hit)));
    }
    g.stroke();
  }
  const answer = (i) => shown.answers.points[now.k * points.count + i];

  /** Those of the others at the same place of the clock. */
  function faint(t, playing) {
    const { runs } = store.state.header.scenario;
    return shown.learners.flatMap((learner, place) => {
      const { answers } = learner ?? {};
      if (place === shown.place || !answers?.values || !runs[place]?.visible || answers.at[0] > t) return [];
      const k = snapshotAt(answers.at, t);
      const next = answers.at[k + 1];
      const share = playing && next ? (t - answers.at[k]) / (next - answers.at[k]) : 0;
      const slot = runs[place].color % theme.paths.length;
      return [{ place, color: theme.paths[slot], dash: theme.dashes[slot], values: valuesAt(answers.values, shown.about.grid, k, share) }];
    });
  }

  function show(k, share) {
    if (!box || (now && now.k === k && now.share === share)) return;
    now = { k, share };
    own = k >= 0 ? valuesAt(shown.answers.values, shown.about.grid, k, share) : null;
    others = faint(store.clock.t, store.clock.playing);
    paint();
    card.refresh();
  }

  function pick(x, y) {
    if (!box || !now) return null;
    const found = nearest(points, at, which(), x, y);
    if (found !== hit) {
      hit = found;
      paint();
    }
    if (found >= 0) return { ...told(found), x, y };
    const place = map.shares(x, y);
    if (!place) return null;
    const about = (values) => `≈ ${brief(between(values, place[0]), 4)}`;
    const rows = [["x", brief(map.input(place)[0], 4)]];
    if (shown.about.truth) rows.push([store.say("net_field.truth"), about(shown.about.truth)]);
    if (own) rows.push([runName(store, shown.place), about(own)]);
    for (const one of others) rows.push([runName(store, one.place), about(one.values)]);
    return { x, y, rows, note: own ? store.say("net_field.between") : "" };
  }

  function told(i) {
    const rows = [["x", exact(points.x[i])], ["y", exact(points.values[i])]];
    if (now.k >= 0) rows.push([runName(store, shown.place), exact(answer(i))], [store.say("net_field.error"), exact(answer(i) - points.values[i])]);
    const test = isTest(points, i);
    return {
      head: store.say(test ? "net_field.test_point" : "net_field.train_point", { number: count(test ? i - points.train + 1 : i + 1) }),
      rows,
      note: isDisturbed(points, i) ? store.say("net_field.disturbed_value", { value: brief(points.meant[i], 4) }) : "",
    };
  }

  return {
    take(next) {
      if (next.about !== shown?.about) points = null;
      shown = next;
      draw();
    },
    draw,
    show,
    name: (words) => frame.setAttribute("aria-label", words),
    destroy() {
      card.destroy();
      layers.forEach((layer) => layer.destroy());
      frame.remove();
    },
  };
}
