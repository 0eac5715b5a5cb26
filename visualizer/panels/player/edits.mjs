// Edits go to Python one at a time: while one is in flight, a newer edit of the same control replaces the older
// queued one, so a dragged slider updates the picture as fast as the server answers and never piles up work.

const TIMEOUT = 3000; // ms; an edit that is never acknowledged (a lost connection) must not block the page
const PATIENCE = 700; // ms after which the page says that it waits: a program is compiled once, in seconds

/** Operations that are events rather than new values: two of them are two, and nothing is merged across one. */
const EVENTS = new Set([
  "run_add", "run_duplicate", "twin", "fork", "apart", "rival", "run_remove", "run_reset", "suggested", "undo", "redo", "reset", "need_grid", "dismiss", "quiz", "guess", "next",
]);

export function createEdits() {
  let gesture = 0;   // counts what the hand begins: all edits of one drag are undone together
  addEventListener("pointerdown", () => gesture++, { capture: true });
  let send = null;   // the main mount's way to Python, once there is one
  let seq = 0;
  let flying = null; // {seq, edit, timer}
  let missed = null; // the newest one that was given up, until another is answered
  let patience = 0;  // the timer that runs out when an answer is late
  const wait = (on) => document.body.classList.toggle("dl-waiting", on);
  const queue = [];  // {key, edit}

  function pump() {
    if (flying || !send || !queue.length) return;
    const { edit } = queue.shift();
    edit.seq = ++seq;
    flying = { seq, edit, timer: setTimeout(giveUp, TIMEOUT) };
    patience ||= setTimeout(() => wait(true), PATIENCE);
    send(edit);
  }

  function giveUp() {
    missed = flying.edit;
    land();
  }

  function land() {
    clearTimeout(flying?.timer);
    flying = null;
    pump();
  }

  return {
    /** @param {(edit: object) => void} how sends one edit to Python */
    connect(how) {
      send = how;
      pump();
    },

    /** Queue an edit. `key` names the control; the default tells parameters and runs apart. */
    push(op, fields = {}, { key = [op, fields.run, fields.name].join(":") } = {}) {
      const entry = { key, edit: { op, ...fields, gesture } };
      for (let i = queue.length - 1; i >= 0 && !EVENTS.has(queue[i].edit.op); i--) {
        if (queue[i].key === key && !EVENTS.has(op)) {
          queue[i] = entry;
          return;
        }
      }
      queue.push(entry);
      pump();
    },

    /** Turn to another page: what is queued is given up, for nobody here sees it answered. */
    leave(op, fields = {}) {
      queue.length = 0;
      send?.({ op, ...fields, gesture, seq: ++seq });
    },

    /** Nobody knows what was sent so far: this first, and then once more what is in flight, or was never answered. */
    again(op, fields = {}) {
      const edit = flying?.edit ?? missed;
      const flown = edit ? [{ key: "again", edit }] : [];
      clearTimeout(flying?.timer);
      flying = missed = null;
      queue.unshift({ key: op, edit: { op, ...fields, gesture } }, ...flown);
      pump();
    },

    /** A payload has arrived that answers every edit up to `ack`. */
    acknowledge(ack) {
      seq = Math.max(seq, ack); // a page that remounts in a living session counts on from there
      if (ack >= seq) {
        clearTimeout(patience);
        patience = 0;
        wait(false);
      }
      if (ack >= (missed?.seq ?? Infinity)) missed = null;
      if (flying && ack >= flying.seq) land();
    },

    /** True while the picture on the screen does not yet answer the user's newest edit. */
    get busy() {
      return Boolean(flying || queue.length);
    },
  };
}
