// A film as a GIF: 20 frames a second, 255 colors for all of them. A worker packs, the page only draws.

import { breath } from "./breath.mjs";
import { rgbOf } from "./theme.mjs";

const SAMPLES = 8; // frames that the colors are chosen from

export async function encode(reel, { times, rate, hold, signal, show }) {
  const worker = new Worker(new URL("gifworker.mjs", import.meta.url), { type: "module" });
  const { width, height } = reel.canvas;

  /** The worker's answer. */
  const ask = (step, what, owned = []) => new Promise((done, fail) => {
    signal.throwIfAborted();
    signal.addEventListener("abort", () => fail(signal.reason), { once: true });
    worker.onmessage = ({ data }) => done(data);
    worker.onerror = (event) => fail(new Error(event.message ?? "worker"));
    worker.postMessage([step, what], owned);
  });

  /** The pixels at play position t. */
  async function frame(t) {
    await breath(reel.clock.playing);
    signal.throwIfAborted();
    reel.show(t);
    return reel.g.getImageData(0, 0, width, height).data.buffer;
  }

  try {
    await ask("begin", { size: [width, height], fixed: reel.colors.map(rgbOf) });
    for (let k = 0; k < SAMPLES; k++) {
      const buffer = await frame((times.at(-1) * k) / (SAMPLES - 1));
      await ask("sample", buffer, [buffer]);
    }
    let packed = null; // of the frame before: while it is packed, the next is drawn
    for (const [i, t] of times.entries()) {
      const [buffer] = await Promise.all([frame(t), packed]);
      const delay = Math.round(100 * (i < times.length - 1 ? 1 / rate : hold));
      packed = ask("frame", { buffer, delay }, [buffer]);
      show(i + 1, times.length);
    }
    await packed;
    return { blob: new Blob([await ask("end")], { type: "image/gif" }) };
  } finally {
    worker.terminate();
  }
}
