// A map, or numbers of networks, on their way from the server: frames of a u32 length and a payload each, as soon as they
// are computed.

import { unpack } from "./payload.mjs";

/**
 * The parts of what a link asks for, {header, arrays} each. Aborting the signal also stops the computation.
 * @param {string} query @param {AbortSignal} signal @param {string} kind "map", "net" or "view"
 */
export async function* partsOf(query, signal, kind = "map") {
  const address = new URL(`../${kind}`, import.meta.url); // beside the folder of the page's own modules
  const answer = await fetch(`${address.href}?${query}`, { signal });
  if (!answer.ok) throw new Error(`${kind}: ${answer.status}`);
  const reader = answer.body.getReader();
  let rest = new Uint8Array(0);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest = joined(rest, value);
    let at = 0;
    while (rest.length - at >= 4) {
      const length = new DataView(rest.buffer, rest.byteOffset + at).getUint32(0, true);
      if (rest.length - at - 4 < length) break;
      yield unpack(rest.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
    rest = rest.subarray(at);
  }
}

function joined(one, other) {
  if (!one.length) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
