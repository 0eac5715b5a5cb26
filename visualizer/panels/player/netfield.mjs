// What the network that is looked at answers, in step with the clock: on a plane of inputs, on a line of them, or for
// images. Its picture is a module of its own kind; here it is decided whose answers of which snapshot are shown.

import { createLine } from "./netfieldline.mjs";
import { createMatrix } from "./netfieldmatrix.mjs";
import { createPlane } from "./netfieldplane.mjs";
import { createTiles } from "./netfieldtiles.mjs";
import { createFieldWords } from "./netfieldwords.mjs";
import { learnersOf, snapshotAt } from "./netnumbers.mjs";
import { nextPaint, onResize } from "./panel.mjs";
import { theme } from "./theme.mjs";
import { el } from "./ui.mjs";

const LATE = 300; // ms after which a picture of the study before looks like one
const PICTURES = { plane: createPlane, line: createLine, matrix: createMatrix };

const kindOf = ({ inputs, task }) => (inputs === 1 ? "line" : inputs === 2 && task === "classes" ? "plane" : "matrix");

export function createField(root, store) {
  const body = el("div", { class: "dl-field-body" });
  const words = createFieldWords(root, store, { changed: () => picture?.made.draw() || frame(store.clock.t), switched: () => take() });
  root.append(body);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let picture = null; // {kind, made}
  let shown = null;   // what is drawn, see `choose`
  let late = 0;

  /**
   * Whose answers are to be drawn: {key, about, slot, place, color, learner, answers, rows, finite, learners}. `learners`
   * are in the order of the page, `rows` the places of the answers' snapshots among all. Null: what is drawn stays.
   */
  function choose() {
    const { numbers } = store;
    const { runs, looked } = store.state.header.scenario;
    if (!numbers.about) return null;
    const learners = learnersOf(store);
    const learner = learners[looked] ?? null;
    const slot = runs[looked]?.color ?? 0;
    const answers = learner?.answers ?? null;
    if (!answers && shown?.answers && looked !== null) return null;
    if (answers && answers.at[0] > store.clock.t && shown?.answers) return null; // the snapshots before the last are on their way
    const rows = answers ? answers.at.map((step) => learner.at.indexOf(step)) : [];
    return {
      key: numbers.key, about: numbers.about, learners, learner, answers, slot, place: looked, rows,
      color: theme.paths[slot % theme.paths.length],
      finite: rows.map((row) => Number.isFinite(learner.loss[row])),
    };
  }

  function take() {
    const next = store.state && choose();
    if (next) shown = next;
    if (!shown) return;
    const many = words.many(shown.learners);
    const kind = many ? "tiles" : kindOf(shown.about);
    if (picture?.kind !== kind) {
      picture?.made.destroy();
      body.dataset.kind = kind;
      const [x0, x1, y0, y1] = shown.about.window;
      body.style.setProperty("--dl-sides", (x1 - x0) / (y1 - y0)); // on a phone it is as high as it needs
      picture = { kind, made: many ? createTiles(body, store, look) : PICTURES[kind](body, store, words.which) };
    }
    picture.made.take(shown);
    frame(store.clock.t);
    stale();
    if (next) mark(next);
  }

  async function mark({ key, place }) {
    await nextPaint();
    performance.mark("dl:field", { detail: { key, place } });
  }

  function look(place) {
    words.one();
    store.edit("look", { value: store.state.header.scenario.runs[place].color });
    take();
  }

  /** The snapshot at the play position and, while it plays, how far it is to the next. */
  function frame(t) {
    if (!picture || !shown) return;
    const { answers, finite } = shown;
    if (answers && answers.at[0] > t) return; // more is on its way
    const k = answers ? snapshotAt(answers.at, t) : -1;
    const next = answers?.at[k + 1];
    const moves = store.clock.playing && !calm.matches && next && finite[k] && finite[k + 1];
    const share = moves ? Math.min(1, (t - answers.at[k]) / (next - answers.at[k])) : 0;
    picture.made.show(finite[k] ? k : -1, share);
    const said = words.tell(shown, k);
    if (said) picture.made.name(said);
  }

  /** Faint as long as it is of another study than the dials say. */
  function stale() {
    clearTimeout(late);
    const old = shown && shown.key !== store.state.header.key && !store.numbers.failed;
    if (old) late = setTimeout(() => body.classList.add("dl-stale"), LATE);
    else body.classList.remove("dl-stale");
  }

  const offs = [
    store.subscribe(() => {
      words.update();
      take();
    }),
    store.onNumbers((numbers, what) => {
      if (what === "progress") return words.wait(shown);
      if (numbers.failed) body.classList.remove("dl-stale");
      take();
      return words.wait(shown);
    }),
    store.onFrame(frame),
    store.onClock(() => frame(store.clock.t)), // at rest it is a snapshot again
    onResize(body, () => {
      picture?.made.draw();
      frame(store.clock.t);
    }),
  ];
  return {
    destroy() {
      clearTimeout(late);
      offs.forEach((off) => off());
      picture?.made.destroy();
      root.replaceChildren();
    },
  };
}
