// What a race comes to, in sentences: for who listens to the page in place of looking at it. It is there to be read at
// any time, and what has changed in it is announced once an edit has come to rest, never frame by frame.

import { landscapes } from "./catalogue.mjs";
import { floorOf, gapOf } from "./columns.mjs";
import { brief, exact, round } from "./numbers.mjs";
import { runName } from "./tracks.mjs";
import { el, write } from "./ui.mjs";

const REST = 1000; // ms after the last change: a dial that is dragged does not talk all the while
const DIGITS = 4; // of a coordinate
const NOTHING = 1e-4; // of the window's side: a coordinate that small is rounding, and is read as 0
const ID = "dl-told"; // there is one race in a page

/** Makes an element a picture to assistive technology, whose description is the summary. It holds no controls. */
export function asPicture(node, label) {
  node.setAttribute("role", "img");
  node.setAttribute("aria-label", label);
  node.setAttribute("aria-describedby", ID);
}

/** Where a race is run, as it is called. */
export const surfaceName = (store) => store.text(landscapes[store.state.header.scenario.landscape].title);

/** What may not be told yet, by whichever of the page's questions: a lesson's or a class's, or the quiz's. */
const held = (store) => store.held || Boolean(store.state.header.quiz && store.state.header.quiz.guess === undefined);

/** "(1, −0.5)". On a timed surface the second coordinate is the step, which is said anyway. */
function place({ header: { timed, window } }, point) {
  const side = Math.max(window[1] - window[0], window[3] - window[2]);
  const said = (value) => (Math.abs(value) < NOTHING * side ? "0" : exact(round(value, DIGITS)).replaceAll("-", "\u2212"));
  return timed ? `x = ${said(point[0])}` : `(${said(point[0])}, ${said(point[1])})`;
}

/** @returns {string} who races, where, for how long and from where */
function setUp(store, { header }, shown) {
  const { scenario } = header;
  const key = ["none", "one"][shown.length] ?? "many";
  const values = { surface: surfaceName(store), runs: shown.length, steps: scenario.steps, start: place({ header }, scenario.start) };
  return store.sayTick(`told.race_${key}`, values);
}

/** @returns {string} how a run ends, by the numbers of the scoreboard */
function ending(store, state, run) {
  const { scenario, least, runs } = state.header;
  const { stopped, valid, score } = runs[run];
  const name = runName(store, run);
  if (stopped !== null) return store.sayTick("told.left", { name, step: stopped });
  const row = 2 * (state.offset[run] + valid - 1);
  const above = least && score.gap >= 0; // above a minimum that is 0 it is the loss itself
  const end = store.say(above ? "told.end_above" : "told.end", {
    place: place(state, [state.path[row], state.path[row + 1]]),
    loss: above ? gapOf(score, floorOf(state.header)) : brief(score.loss),
  });
  const values = { name, end, tolerance: exact(scenario.tolerance) };
  if (least === null) return store.say("told.ends", values);
  if (score.stay !== null) return store.sayTick("told.stays", { ...values, step: score.stay });
  if (score.touch !== null) return store.sayTick("told.touches", { ...values, step: score.touch });
  return store.say("told.misses", values);
}

/**
 * @param {HTMLElement} root out of sight, and in reach of assistive technology
 * @returns {{destroy: () => void}}
 */
export function createTold(root, store) {
  const { clock } = store;
  let timer = 0;
  let seen = null; // the picture whose end is told: to play it once more takes nothing back

  Object.assign(root, { id: ID });
  root.setAttribute("role", "status");
  root.setAttribute("aria-atomic", "false"); // of twelve sentences only the one that has changed is announced

  /** The end is told when it is there to be seen: after the race, and not before what is asked is answered. */
  function sentences(state) {
    const shown = state.header.scenario.runs.flatMap(({ visible }, run) => (visible ? [run] : []));
    // A first visitor's race plays in a moment, by itself; one that is repeated has no end to wait for.
    const runs = clock.playing ? !clock.loop : state.header.first && clock.t === 0;
    const open = !held(store) && (!runs || seen === state.picture);
    if (open) seen = state.picture;
    return [setUp(store, state, shown), ...(open ? shown.map((run) => ending(store, state, run)) : [])];
  }

  function tell() {
    if (!store.state) return;
    if (store.busy) return later(); // this race is about to be another one
    const said = sentences(store.state);
    while (root.childElementCount > said.length) root.lastElementChild.remove();
    while (root.childElementCount < said.length) root.append(el("p"));
    said.forEach((text, k) => write(root.children[k], text));
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(tell, REST);
  }

  /** What must not be told any more goes at once. */
  function changed() {
    if (store.state && held(store)) while (root.childElementCount > 1) root.lastElementChild.remove();
    later();
  }

  const offs = [store.subscribe((state, previous) => state !== previous && changed()), store.onClock(changed)];
  return {
    destroy() {
      offs.forEach((off) => off());
      clearTimeout(timer);
      root.replaceChildren();
    },
  };
}
