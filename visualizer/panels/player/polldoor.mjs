// The door of the card with which a lecturer asks a class. What is inside comes when it is first opened; one card is there
// for all pages, as the room is.

import { TYPING } from "./keys.mjs";
import { style } from "./mounting.mjs";

let poll = null;
let coming = null;
let door = null;

const fetched = () => (coming ??= Promise.all([import("./poll.mjs"), style("poll.css")]));

/**
 * Opens the card, or puts it away; with `about` it asks that.
 * @param {object} [about] see visualizer/classroom/questions.py
 * @param {() => void} [shown] when the class has been shown the answer
 */
export const openPoll = (about, shown) => door?.(about, shown);

export function createPollDoor(root, store) {
  const host = root.parentElement; // as for lessons: nothing can be fixed to the window inside the page itself

  async function open(about, shown) {
    if (!about && poll?.open) return poll.close();
    try {
      const [{ createPoll }] = await fetched();
      poll ??= createPoll();
      if (!host.isConnected) return undefined;
      poll.attach(host, store);
      poll.focus();
      if (about) poll.ask(about, shown);
    } catch (error) {
      console.error(error);
      coming = null;
    }
    return undefined;
  }

  const key = (event) => {
    if (event.key !== "q" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (!store.state || event.composedPath()[0].closest?.(TYPING)) return;
    event.preventDefault();
    open();
  };
  door = open;
  document.addEventListener("keydown", key);
  return {
    destroy() {
      if (door === open) door = null;
      document.removeEventListener("keydown", key);
      poll?.detach(store);
    },
  };
}
