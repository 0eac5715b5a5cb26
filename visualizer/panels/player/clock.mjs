// The play position. One requestAnimationFrame loop drives every view, so they cannot drift apart.

const WHOLE_RUN = 5;    // seconds for all steps at speed 1
const LONGEST_GAP = 100; // ms; after a background tab or a long task the race goes on, it does not jump

/** @param {() => void} changed called when playing, speed, loop or last changed (not for every step) */
export function createClock(changed) {
  const clock = { t: 0, playing: false, speed: 1, loop: false, last: 0 };
  const frames = { count: 0, worstMs: 0, scriptMs: 0 }; // measured while playing; see window.descentLab
  const listeners = new Map(); // fn -> {every, next}
  let request = 0;
  let before = 0; // time stamp of the frame before, 0 when not playing
  let locked = false; // as long as something is to be predicted, nothing leaves the start

  /** While playing, of the views that need not be drawn in every frame one at most takes its turn: the longest overdue. */
  function draw(now) {
    let turn = null;
    for (const [listener, pace] of listeners) {
      if (pace.every && pace.next <= (listeners.get(turn)?.next ?? now)) turn = listener;
    }
    for (const [listener, pace] of listeners) {
      if (clock.playing && pace.every && listener !== turn) continue;
      pace.next = now + pace.every;
      listener(clock.t);
    }
  }

  function tick(now) {
    request = 0;
    const start = performance.now();
    if (clock.playing && before) {
      frames.count += 1;
      frames.worstMs = Math.max(frames.worstMs, now - before);
      advance(Math.min(now - before, LONGEST_GAP) / 1000);
    }
    before = clock.playing ? now : 0;
    draw(now);
    if (clock.playing) {
      frames.scriptMs += performance.now() - start;
      wake();
    }
  }

  function advance(seconds) {
    clock.t += (seconds * clock.speed * clock.last) / WHOLE_RUN;
    if (clock.t < clock.last) return;
    if (clock.loop && clock.last > 0) {
      clock.t = 0;
    } else {
      clock.t = clock.last;
      set({ playing: false });
    }
  }

  function wake() {
    request ||= requestAnimationFrame(tick);
  }

  /** Change playing, speed, loop, last or t together and tell who shows them. */
  function set(values) {
    Object.assign(clock, values, locked ? { t: 0, playing: false } : {});
    changed();
    wake();
  }

  return {
    clock,
    frames,
    set,
    get locked() { return locked; },
    /** Call `listener(t)` with every drawn step; `every` (ms) spaces the calls while playing: text needs no 60 a second. */
    onFrame(listener, every = 0) {
      listeners.set(listener, { every, next: 0 });
      return () => listeners.delete(listener);
    },
    seek(t) {
      clock.t = locked ? 0 : Math.max(0, Math.min(clock.last, t));
      wake();
    },
    play() {
      if (clock.last > 0) set({ playing: true, t: clock.t >= clock.last ? 0 : clock.t });
    },
    /** Hold the clock at its start, whoever wants to play; or let it go. */
    lock(on) {
      if (on === locked) return;
      locked = on;
      set({});
    },
    pause() {
      if (clock.playing) set({ playing: false });
    },
  };
}
