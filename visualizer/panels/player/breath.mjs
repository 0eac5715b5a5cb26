// How long work that nobody waits for at once stands back.

import { nextTask } from "./panel.mjs";

const LONGEST = 250; // ms; a page that has just been hidden draws no more

const idle = () => globalThis.scheduler?.postTask?.(() => {}, { priority: "background" }) ?? nextTask();
const drawn = () => new Promise((done) => {
  requestAnimationFrame(done);
  setTimeout(done, LONGEST);
});

/** Resolves when the page has nothing more urgent to do; while something `moves` on it, not before it has been drawn. */
export async function breath(moves) {
  if (moves && !document.hidden) await drawn();
  await idle();
}
