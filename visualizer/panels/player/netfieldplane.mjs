// What a network answers to a plane of inputs: the likeliest class and how sure it is as color, the boundary as a line, the
// points above it. While it plays, the picture moves from one snapshot to the next; at rest it is the snapshot itself.

import { createLayer } from "./layer.mjs";
import { boxOf, drawFrame, mapOf } from "./netfieldbox.mjs";
import { attachCard } from "./netfieldcard.mjs";
import { boundaries, chancesOf, crossings, leadsAt, likeliest, sampleAt } from "./netfieldgrid.mjs";
import { drawPoints, drawRings, glyph, isDisturbed, isTest, isWrong, nearest, pointsOf } from "./netfieldpoints.mjs";
import { shade } from "./netfieldshade.mjs";
import { brief, count } from "./numbers.mjs";
import { fontSize } from "./panel.mjs";
import { theme } from "./theme.mjs";
import { exact } from "./ticks.mjs";
import { el } from "./ui.mjs";

const QUARTER = Math.log(3); // the lead of a class with a chance of 3 in 4
const MOVING = 2; // pixels of the screen to one of a ground that moves: a quarter of the work, and not seen
const AXES = ["x₁", "x₂"];

/** A picture's ground: shaded pixels in a canvas of their own, and lines above them on any other. */
export function createGround() {
  const buffer = document.createElement("canvas");
  const g = buffer.getContext("2d", { willReadFrequently: true });
  let [image, pixels, leads] = [null, null, null];
  return {
    /** Draws the ground of frame {k, share} into a box of `to`; gives the leads that it shows. */
    draw(to, box, { about, answers }, { k, share }, { color, width, quarters }) {
      const [left, top, w, h] = box.map(Math.round);
      const { grid, outputs } = about;
      const many = grid[0] * grid[1] * (outputs - 1);
      if (leads?.length !== many) leads = new Float32Array(many);
      leadsAt(answers.margins, many, answers.unit, k, share, leads);
      const [wide, tall] = share ? [Math.ceil(w / MOVING), Math.ceil(h / MOVING)] : [w, h];
      if (image?.width !== wide || image?.height !== tall) {
        [buffer.width, buffer.height] = [wide, tall];
        image = g.createImageData(wide, tall);
        pixels = new Uint32Array(image.data.buffer);
      }
      shade(pixels, wide, tall, leads, grid, outputs);
      g.putImageData(image, 0, 0);
      to.drawImage(buffer, left, top, w, h);
      const trace = (pieces) => {
        const [ax, ay] = [w / (grid[0] - 1), h / (grid[1] - 1)];
        to.beginPath();
        for (let i = 0; i < pieces.length; i += 4) {
          to.moveTo(left + pieces[i] * ax, top + h - pieces[i + 1] * ay);
          to.lineTo(left + pieces[i + 2] * ax, top + h - pieces[i + 3] * ay);
        }
      };
      const line = (ink, thick, alpha = 1) => {
        Object.assign(to, { strokeStyle: ink, lineWidth: thick, globalAlpha: alpha, lineCap: "round" });
        to.stroke();
        to.globalAlpha = 1;
      };
      if (quarters && outputs === 2) {
        for (const level of [-QUARTER, QUARTER]) {
          trace(crossings((node) => leads[node], grid, level));
          line(theme.text, 0.8, 0.3);
        }
      }
      trace(boundaries(leads, grid, outputs));
      line(theme.halo, width + 2.4);
      line(color, width);
      return leads;
    },
  };
}

/** @param {HTMLElement} field what it fills  @param {() => string} which points are shown: "train", "test" or "both" */
export function createPlane(field, store, which) {
  const frame = el("div", { class: "dl-field-frame", tabindex: 0, role: "img" });
  field.append(frame);
  const layers = [0, 1, 2].map(() => createLayer(frame));
  const [ground, still, above] = layers;
  const picture = createGround();
  let [shown, points, box, map, scale] = [null, null, null, null, 1];
  let [now, hit] = [null, -1]; // the frame that is drawn, {k, share, leads}; the point below the pointer

  const card = attachCard(frame, pick, () => box);
  const at = (i) => [map.x(points.x[2 * i]), map.y(points.x[2 * i + 1])];

  function draw() {
    const [w, h] = [frame.clientWidth, frame.clientHeight];
    if (!shown || !w || !h) return;
    const { about } = shown;
    points ??= pointsOf(about);
    box = boxOf(w, h, about.window);
    map = mapOf(box, about.window);
    scale = fontSize(h) > 11 ? 1.3 : 1;
    ground.fit(box);
    for (const layer of [still, above]) layer.fit([0, 0, w, h]);
    still.clear();
    drawFrame(still.g, h, box, about.window, AXES);
    still.within(box, (g) => drawPoints(g, points, at, which(), scale));
    now = null;
  }

  function rings() {
    above.clear();
    above.within(box, (g) => {
      if (now.k >= 0) drawRings(g, points, at, which(), scale, (i) => isWrong(points, shown.answers, now.k, i));
      if (hit >= 0) highlight(g, ...at(hit));
      if (card.probe) highlight(g, ...card.probe);
    });
  }

  function highlight(g, x, y) {
    for (const [ink, width] of [[theme.background, 5], [theme.accent, 2.2]]) {
      Object.assign(g, { strokeStyle: ink, lineWidth: width });
      g.beginPath();
      g.arc(x, y, 9 * scale, 0, 2 * Math.PI);
      g.stroke();
    }
  }

  /** Shows snapshot `k`, or `share` of the way to the next; -1 where the network has no answers. */
  function show(k, share) {
    if (!box || (now && now.k === k && now.share === share)) return;
    const other = now?.k !== k;
    now = { k, share, leads: null };
    ground.clear();
    if (k >= 0) now.leads = picture.draw(ground.g, box, shown, now, { color: shown.color, width: 2.4 * scale, quarters: true });
    if (other) rings();
    card.refresh();
  }

  function pick(x, y) {
    if (!box || !now) return null;
    const found = nearest(points, at, which(), x, y);
    if (found !== hit || card.probe) {
      hit = found;
      rings();
    }
    if (found >= 0) return { ...told(found), x, y };
    const place = map.shares(x, y);
    if (!place) return null;
    const [a, b] = map.input(place);
    const rows = [[AXES[0], brief(a, 4)], [AXES[1], brief(b, 4)]];
    if (now.leads) rows.push(...shares(chancesOf(sampleAt(now.leads, shown.about.grid, shown.about.outputs - 1, ...place)), 3, "≈ "));
    return { x, y, rows, head: "", note: now.leads ? store.say("net_field.between") : "" };
  }

  const shares = (chances, digits, sign = "") =>
    chances.map((chance, c) => [store.say("net_field.chance", { class: c }), sign + (chance < 1e-26 ? "< 1e-26" : brief(chance, digits))]);

  /** What is to be said of a point. */
  function told(i) {
    const { answers } = shown;
    const rows = [[AXES[0], exact(points.x[2 * i])], [AXES[1], exact(points.x[2 * i + 1])]];
    const notes = [];
    const [label, truth] = [points.label[i], points.truth[i]];
    if (now.k >= 0) {
      const per = shown.about.outputs - 1;
      const leads = Array.from(answers.points.subarray((now.k * points.count + i) * per, (now.k * points.count + i + 1) * per), (lead) => lead / answers.unit);
      rows.push(...shares(chancesOf(leads), 4));
      const taken = likeliest(leads);
      if (taken !== label) notes.push(store.say("net_field.taken", { class: taken }));
    }
    if (isDisturbed(points, i)) notes.push(store.say("net_field.disturbed", { class: truth }));
    const test = isTest(points, i);
    return {
      glyph: glyph(label, theme.classes[label]),
      head: store.say("net_field.class", { class: label }),
      aside: store.say(test ? "net_field.test_point" : "net_field.train_point", { number: count(test ? i - points.train + 1 : i + 1) }),
      rows,
      note: notes.join(" "),
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
