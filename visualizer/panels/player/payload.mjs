// One payload is one byte string: u32 header length | JSON header | little-endian arrays, each on a multiple of 8.

const VIEWS = { f4: Float32Array, f8: Float64Array, u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, i2: Int16Array, i4: Int32Array };

/**
 * Take a payload apart.
 * @param {Uint8Array} bytes as Streamlit hands them over
 * @returns {{header: object, arrays: Object<string, ArrayBufferView>}} the arrays are flat and share one copied buffer
 */
export function unpack(bytes) {
  // Streamlit's bytes sit at an odd offset of a larger message, and a typed array needs an aligned one: copy.
  const buffer = bytes.slice().buffer;
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const arrays = {};
  for (const [name, kind, shape, offset] of header.arrays) {
    const count = shape.reduce((product, side) => product * side, 1);
    arrays[name] = new VIEWS[kind](buffer, 4 + length + offset, count);
  }
  return { header, arrays };
}
