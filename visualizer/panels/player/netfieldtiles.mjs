// What several networks answer, side by side: each one's ground in the color of its frame. A press looks at one.

import { createLayer } from "./layer.mjs";
import { createGround } from "./netfieldplane.mjs";
import { snapshotAt } from "./netnumbers.mjs";
import { brief } from "./numbers.mjs";
import { theme } from "./theme.mjs";
import { runName } from "./tracks.mjs";
import { el, write } from "./ui.mjs";

const WORDS = 22;  // px below a tile
const GAP = 8;
const BUDGET = 5;  // ms a frame may take while it plays
const DOT = 1.5;   // px of a training point

/** How many columns make tiles of this ratio largest. */
function columnsFor(many, w, h, ratio) {
  let [best, widest] = [1, 0];
  for (let columns = 1; columns <= many; columns++) {
    const rows = Math.ceil(many / columns);
    const width = Math.min((w - GAP * (columns - 1)) / columns, ((h - GAP * (rows - 1)) / rows - WORDS) * ratio);
    if (width > widest) [best, widest] = [columns, width];
  }
  return [best, Math.floor(widest)];
}

/** @param {(place: number) => void} look */
export function createTiles(field, store, look) {
  const frame = el("div", { class: "dl-field-frame dl-field-tiles" });
  field.append(frame);
  let [shown, tiles, turn] = [null, [], 0];

  function build() {
    const { runs } = store.state.header.scenario;
    tiles.forEach((tile) => (tile.layer.destroy(), tile.points.destroy()));
    tiles = shown.learners.flatMap((learner, place) => {
      if (!learner?.answers?.margins || !runs[place]?.visible) return [];
      const [name, wrong] = [el("span"), el("output")];
      const picture = el("div");
      const node = el("button", { type: "button", class: "dl-field-tile", onclick: () => look(place), data: { key: `tile:${place}` } }, picture, el("div", {}, name, wrong));
      return [{ place, learner, node, picture, name, wrong, layer: createLayer(picture), points: createLayer(picture), ground: createGround(), key: "" }];
    });
    frame.replaceChildren(...tiles.map((tile) => tile.node));
  }

  function draw() {
    const [w, h] = [frame.clientWidth, frame.clientHeight];
    if (!shown || !w || !h) return;
    build();
    const { runs } = store.state.header.scenario;
    const [x0, x1, y0, y1] = shown.about.window;
    const ratio = (x1 - x0) / (y1 - y0);
    const [columns, width] = columnsFor(tiles.length, w, h, ratio);
    frame.style.gridTemplateColumns = `repeat(${columns}, ${width}px)`;
    for (const tile of tiles) {
      tile.color = theme.paths[runs[tile.place].color % theme.paths.length];
      tile.box = [0, 0, width - 4, Math.round(width / ratio) - 4]; // within its frame
      tile.picture.style.height = `${tile.box[3] + 4}px`;
      tile.node.style.setProperty("--dl-run", tile.color);
      tile.node.setAttribute("aria-pressed", String(tile.place === shown.place));
      for (const layer of [tile.layer, tile.points]) layer.fit(tile.box);
      tile.points.clear();
      dots(tile);
      write(tile.name, runName(store, tile.place));
      tile.key = "";
    }
  }

  function paint(tile, t, playing) {
    const { answers } = tile.learner;
    if (answers.at[0] > t) return;
    const k = snapshotAt(answers.at, t);
    const next = answers.at[k + 1];
    const share = playing && next ? (t - answers.at[k]) / (next - answers.at[k]) : 0;
    const key = `${k}+${share}`;
    if (tile.key === key) return;
    tile.key = key;
    const row = tile.learner.at.indexOf(answers.at[k]);
    const count = tile.learner.at.length;
    tile.layer.clear();
    const finite = Number.isFinite(tile.learner.loss[row]);
    if (finite) {
      const style = { color: tile.color, width: 1.8, quarters: false };
      tile.ground.draw(tile.layer.g, tile.box, { about: shown.about, answers }, { k, share }, style);
    }
    const test = tile.learner.mistakes[count + row];
    write(tile.wrong, finite ? `${brief(100 * test, 3)}%` : store.say("net_field.diverged"));
    tile.wrong.title = store.say("net_field.tile_wrong");
  }

  function dots({ points: { g }, box: [, , w, h] }) {
    const { x, y, train, outputs, window: [x0, x1, y0, y1] } = shown.about;
    for (let c = 0; c < outputs; c++) {
      g.fillStyle = theme.classes[c];
      for (let i = 0; i < train; i++) {
        if (y[i * outputs + c] !== 1) continue;
        g.fillRect((w * (x[2 * i] - x0)) / (x1 - x0) - DOT / 2, (h * (y1 - x[2 * i + 1])) / (y1 - y0) - DOT / 2, DOT, DOT);
      }
    }
  }

  return {
    take(next) {
      shown = next;
      draw();
    },
    draw,
    /** While it plays only as many a frame as there is time for, in turn. */
    show(k, share) {
      const { t, playing } = store.clock;
      const begin = performance.now();
      for (let i = 0; i < tiles.length; i++) {
        paint(tiles[turn++ % tiles.length], t, playing);
        if (playing && performance.now() - begin > BUDGET) return;
      }
    },
    name: (words) => frame.setAttribute("aria-label", words),
    destroy() {
      tiles.forEach((tile) => (tile.layer.destroy(), tile.points.destroy()));
      frame.remove();
    },
  };
}
