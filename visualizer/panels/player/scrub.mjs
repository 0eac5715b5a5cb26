// A curve over the steps is also a handle: dragging in it moves the play position.

/**
 * @param {HTMLElement} panel
 * @param {() => {left: number, width: number, last: number} | null} boxOf where the steps lie in it, in px, from 0 to `last`
 */
export function attachScrub(panel, store, boxOf) {
  function seek(event) {
    const { left, width, last } = boxOf();
    const x = event.clientX - panel.getBoundingClientRect().left;
    store.seek(Math.max(0, Math.min(last, Math.round(((x - left) / width) * last))));
  }
  panel.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !boxOf()) return;
    panel.setPointerCapture(event.pointerId);
    store.pause();
    seek(event);
  });
  panel.addEventListener("pointermove", (event) => panel.hasPointerCapture(event.pointerId) && seek(event));
}
