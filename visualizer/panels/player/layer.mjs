// One canvas that lies over a panel and never takes the pointer.

/** @param {Element} host a positioned element */
export function createLayer(host) {
  const canvas = document.createElement("canvas");
  canvas.className = "dl-layer";
  canvas.setAttribute("aria-hidden", "true");
  host.append(canvas);
  const g = canvas.getContext("2d");
  let width = 0;
  let height = 0;
  let ratio = 0;
  return {
    g,
    /** Give the canvas this size in CSS pixels, sharp on this screen; setting a size also clears it. */
    fit(w, h) {
      const r = window.devicePixelRatio || 1;
      if (w === width && h === height && r === ratio) return;
      [width, height, ratio] = [w, h, r];
      canvas.width = Math.round(w * r);
      canvas.height = Math.round(h * r);
      canvas.style.width = `${w}px`;
      canvas.style.height = `${h}px`;
      g.setTransform(r, 0, 0, r, 0, 0);
    },
    clear: () => g.clearRect(0, 0, width, height),
    /** Draw inside `clip` [left, top, width, height], or anywhere when it is null. */
    within(clip, draw) {
      g.save();
      if (clip) {
        g.beginPath();
        g.rect(...clip);
        g.clip();
      }
      draw(g);
      g.restore();
    },
    destroy: () => canvas.remove(),
  };
}
