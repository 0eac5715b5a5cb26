// The player beside a lesson: turned to a place, held at the start as long as something is to be predicted, let go.

import { presenting } from "./panel.mjs";

/** A link's parameters in one order, without the language, which is the reader's. */
function plain(link) {
  const parts = [...new URLSearchParams(link)].filter(([name]) => name !== "lang");
  return new URLSearchParams(parts.sort(([a], [b]) => (a < b ? -1 : 1))).toString();
}

/**
 * A stop of a lesson is where the player turns:
 * @typedef {object} Stop
 * @property {string} key  @property {HTMLElement} element
 * @property {{query: string, net: boolean}} place
 * @property {boolean} [predicts] something is asked there  @property {() => boolean} held before it may be played
 * @property {() => void} [enter] it is shown now  @property {() => void} [leave]
 */
export function createStage() {
  let store = null;
  let off = () => {};
  let wanted = null; // {query, play}: what has been asked for and is not shown yet
  let current = null;

  const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
  const shows = (query) => store?.state && plain(store.state.header.query) === plain(query);

  function hold(on) {
    document.body.classList.toggle("dl-locked", on);
    store?.lock(on);
  }

  /** Once the place is shown, with its numbers: from the start, and playing where that is wanted. */
  function arrive() {
    if (!wanted || !shows(wanted.query)) return;
    const { numbers, state } = store;
    if (numbers && !(numbers.key === state.header.key && numbers.whole)) return;
    const { play } = wanted;
    wanted = null;
    store.seek(0);
    if (presenting()) store.pause(); // who talks decides when it plays
    else if (still()) store.seek(store.clock.last);
    else if (play) store.play();
  }

  function bring({ query, net }, play) {
    wanted = { query, play };
    if (shows(query)) return arrive();
    const { header } = store.state;
    if (header.quiz) store.edit("quiz", { value: null });
    store.open(query, net !== (header.page === "networks"));
    return undefined;
  }

  function enter() {
    hold(current.held());
    bring(current.place, !current.held());
    current.enter?.();
  }

  return {
    attach(next) {
      off();
      store = next;
      const offs = [store.subscribe(() => arrive()), store.onNumbers?.(() => arrive()) ?? (() => {})];
      off = () => offs.forEach((one) => one());
      if (current) hold(current.held());
    },
    detach() {
      off();
      off = () => {};
      store?.lock(false);
      store = null;
    },
    /** The key of the stop that is shown. */
    get at() { return current?.key; },
    /** To a stop, unless it is there already. */
    turn(stop) {
      if (!store?.state || (current && stop.key === current.key)) return;
      if (stop.place !== current?.place) current?.leave?.(); // a sketch of this picture is kept
      current = stop;
      enter();
    },
    /** The stops have been drawn anew, e.g. with numbers. */
    refresh(stops) {
      current = stops.find(({ key }) => key === current?.key) ?? null;
      if (current) hold(current.held());
      current?.enter?.();
    },
    /** What was predicted is seen now. */
    release(stop) {
      if (stop.key !== current?.key) return;
      current = stop;
      hold(false);
      bring(stop.place, true);
    },
    /** What somebody tries: turned to, and played. */
    show(place) {
      if (!store?.state) return;
      hold(false);
      bring(place, true);
    },
    leave() {
      current?.leave?.();
      current = wanted = null;
      hold(false);
    },
  };
}
