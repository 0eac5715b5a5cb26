// What the page of networks knows, shared by every piece of it. Python owns the study; the store holds the newest answer
// and sends edits. Numbers are fetched by the study's link: see netnumbers.mjs.

import { createBase } from "./base.mjs";
import { createNumbers } from "./netnumbers.mjs";
import { unpack } from "./payload.mjs";

let state = null;

/** The play position after a new answer: a dial keeps the step, the end stays the end, other data start over. */
function position(previous, header) {
  const { clock } = clockwork;
  const last = header.scenario.steps;
  if (!previous) return { last, t: header.first ? 0 : last, playing: false }; // a first picture plays when it is there
  if (previous.header.scenario.dataset !== header.scenario.dataset) return { last, t: last, playing: false };
  return { last, t: clock.t >= clock.last ? last : Math.min(clock.t, last) };
}

const { store, payloads, edits, clockwork, resume } = createBase({
  get state() { return state; },
  get numbers() { return numbers.current; },
  /** fn(numbers, what changed: "study", "curves", "answers", "whole", "progress" or "failed") */
  onNumbers: (fn) => numbers.onChange(fn),

  /** Take in a payload. One that was seen already (Streamlit calls again for a new theme) only redraws. */
  receive(bytes) {
    const { header } = unpack(bytes);
    performance.mark("dl:payload", { detail: { rev: header.rev } });
    edits.acknowledge(header.ack);
    if (state?.header.rev === header.rev) return store.refresh();
    const previous = state;
    state = { header, lang: header.lang };
    if (store.hovered !== null && store.hovered >= header.scenario.runs.length) store.hover(null);
    const moved = position(previous, header);
    if (!previous || moved.last !== clockwork.clock.last || moved.t !== clockwork.clock.t) clockwork.set(moved);
    payloads.call(state, previous);
    numbers.want(header);
    resume(header);
  },
});

const numbers = createNumbers(store);

export { store };
