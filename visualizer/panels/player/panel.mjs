// What the three panels have in common: they draw the newest state, redraw when resized, and never two at a time.

/**
 * Run `draw` for the newest state only: payloads that arrive while one is being drawn replace each other.
 * @param {(state: object) => Promise<void>} draw
 */
export function latest(draw) {
  let waiting = null;
  let busy = false;
  return async function push(state) {
    waiting = state;
    if (busy) return;
    busy = true;
    try {
      while (waiting) {
        const next = waiting;
        waiting = null;
        await draw(next);
      }
    } finally {
      busy = false;
    }
  };
}

/** Call `fn(width, height)` after the element has changed its size, at most once a frame. */
export function onResize(element, fn) {
  let size = "";
  let request = 0;
  const observer = new ResizeObserver(() => {
    cancelAnimationFrame(request);
    request = requestAnimationFrame(() => {
      const { clientWidth, clientHeight } = element;
      const next = `${clientWidth}x${clientHeight}@${window.devicePixelRatio}`;
      if (!clientWidth || !clientHeight || next === size) return;
      size = next;
      fn(clientWidth, clientHeight);
    });
  });
  observer.observe(element);
  return () => {
    cancelAnimationFrame(request);
    observer.disconnect();
  };
}

/** Resolves after what was drawn so far is on the screen. */
export const nextPaint = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

/** Resolves when everything that waited for the same frame has had its turn. */
export const nextTask = () => new Promise((done) => setTimeout(done));

/** Leave a mark for tests and benchmarks once the picture of payload `rev` is on the screen. */
export async function markPainted(name, rev) {
  await nextPaint();
  performance.mark(name, { detail: { rev } });
}

/** Panels this high (px) are for a projector: larger letters, bolder lines. The breakpoints in player.css know it too. */
export const isLarge = (height) => height > 480;

/** Whether the page is shown to a room: see modes.mjs. */
export const presenting = () => document.body.classList.contains("dl-presenting");

/** Size of axis labels in a panel of this height. */
export const fontSize = (height) => (presenting() ? 26 : isLarge(height) ? 14 : 11);

/** Factor for the thickness of lines there. */
export const weight = (height) => (presenting() ? 2.2 : isLarge(height) ? 1.35 : 1);
