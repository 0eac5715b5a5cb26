// A film as an MP4, by the browser's own encoder (WebCodecs): H.264, which plays everywhere, else VP9.

import { breath } from "./breath.mjs";
import { mp4 } from "./mp4.mjs";

// High, main and baseline profile of H.264 at level 4 (1920 x 1088); VP9 at its level 4.
const CODECS = ["avc1.640028", "avc1.4d0028", "avc1.42e028", "vp09.00.40.08"];
const BITRATE = 5e6; // a limit: flat areas and thin lines need less
const KEYS = 2;      // seconds from one whole picture to the next: a seek is decoded from there
const AHEAD = 4;     // frames that may wait for the encoder

async function configOf({ width, height }, rate) {
  const common = { width, height, framerate: rate, bitrate: BITRATE, bitrateMode: "variable", latencyMode: "quality" };
  for (const codec of CODECS) {
    const config = { codec, ...common, ...(codec.startsWith("avc1") && { avc: { format: "avc" } }) };
    const { supported } = await VideoEncoder.isConfigSupported(config).catch(() => ({}));
    if (supported) return config;
  }
  throw Object.assign(new Error("no codec"), { words: "save.mp4_none" });
}

/** Samples as they come, and what a player must know of them. */
function createTrack(config) {
  const track = { width: config.width, height: config.height, rate: config.framerate, codec: config.codec, samples: [] };
  const output = (chunk, about) => {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    track.samples.push({ bytes, time: chunk.timestamp, key: chunk.type === "key" });
    const { description, colorSpace } = about?.decoderConfig ?? {};
    if (description) track.description = bytesOf(description);
    if (colorSpace) track.colorSpace = colorSpace;
  };
  return { track, output };
}

const bytesOf = (source) => (ArrayBuffer.isView(source) ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : new Uint8Array(source));

export async function encode(reel, { times, rate, hold, signal, show }) {
  const config = await configOf(reel.canvas, rate);
  const { track, output } = createTrack(config);
  let encoder = null;
  const failed = new Promise((_, fail) => {
    signal.addEventListener("abort", () => fail(signal.reason), { once: true });
    encoder = new VideoEncoder({ output, error: fail });
  });
  failed.catch(() => {}); // it is raced below
  encoder.configure(config);
  const all = [...times, ...new Array(Math.round(hold * rate)).fill(times.at(-1))];
  try {
    for (const [i, t] of all.entries()) {
      while (encoder.encodeQueueSize >= AHEAD) await Promise.race([failed, new Promise((done) => encoder.addEventListener("dequeue", done, { once: true }))]);
      await Promise.race([failed, breath(reel.clock.playing)]);
      signal.throwIfAborted();
      if (i < times.length) reel.show(t);
      const frame = new VideoFrame(reel.canvas, { timestamp: Math.round((i * 1e6) / rate), duration: Math.round(1e6 / rate) });
      encoder.encode(frame, { keyFrame: i % (KEYS * rate) === 0 });
      frame.close();
      show(i + 1, all.length);
    }
    await Promise.race([failed, encoder.flush()]);
    return { blob: mp4(track), note: config.codec.startsWith("vp09") ? "save.mp4_vp9" : null };
  } finally {
    if (encoder.state !== "closed") encoder.close();
  }
}
