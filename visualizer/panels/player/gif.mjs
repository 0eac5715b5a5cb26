// A GIF89a of frames that differ little: after the first, each holds only the rectangle that has changed, and in it what
// has not changed is transparent, which packs into next to nothing.

import { createMatcher } from "./gifpalette.mjs";

const CLEAR = 256;
const END = 257;
const FULL = 4096;           // codes of 12 bits
const CLEAR_PIXEL = 255;     // of the color table: what was there before stays
export const MOST_COLORS = 255;

const longer = new Uint16Array(FULL << 8); // code of a string and the pixel after it -> code of both; 0: none yet

/** Bytes that are added at the end; numbers are little-endian. */
function createBytes() {
  let bytes = new Uint8Array(1 << 16);
  let length = 0;
  const add = (byte) => {
    if (length === bytes.length) {
      const more = new Uint8Array(2 * length);
      more.set(bytes);
      bytes = more;
    }
    bytes[length++] = byte;
  };
  return {
    add,
    all: (...many) => many.flat().forEach(add),
    words: (...many) => many.forEach((word) => (add(word & 255), add(word >> 8))),
    text: (text) => [...text].forEach((sign) => add(sign.charCodeAt(0))),
    get length() { return length; },
    put: (at, byte) => (bytes[at] = byte),
    taken: () => bytes.slice(0, length),
  };
}

/** Codes of growing width, in blocks of at most 255 bytes, each after its length. */
function createCodes(out) {
  let [bits, many, block] = [0, 0, -1];
  function byte(value) {
    if (block < 0 || out.length - block > 255) {
      block = out.length;
      out.add(0);
    }
    out.add(value);
    out.put(block, out.length - block - 1);
  }
  return {
    write(code, width) {
      bits |= code << many;
      many += width;
      for (; many >= 8; many -= 8, bits >>>= 8) byte(bits & 255);
    },
    end() {
      if (many) byte(bits);
      out.add(0);
    },
  };
}

/** Lempel, Ziv and Welch as GIF has it, of pixels of 8 bits. */
function pack(pixels, out) {
  const codes = createCodes(out);
  let [width, free] = [9, END + 1];
  const learned = () => {
    if (++free > 1 << width && width < 12) width++; // the reader is one string behind
  };
  out.add(8);
  longer.fill(0);
  codes.write(CLEAR, width);
  let string = pixels[0];
  for (let i = 1; i < pixels.length; i++) {
    const key = (string << 8) | pixels[i];
    if (longer[key]) {
      string = longer[key];
      continue;
    }
    codes.write(string, width);
    string = pixels[i];
    if (free < FULL) {
      longer[key] = free;
      learned();
    } else {
      codes.write(CLEAR, width);
      longer.fill(0);
      [width, free] = [9, END + 1];
    }
  }
  codes.write(string, width);
  if (free < FULL) learned();
  codes.write(END, width);
  codes.end();
}

/** The smallest rectangle with all pixels that differ: [left, top, width, height]; one pixel where none does. */
function changed(now, before, width, height) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (now[i] === before[i]) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? [0, 0, 1, 1] : [left, top, right - left + 1, bottom - top + 1];
}

/** @param {number[][]} palette at most MOST_COLORS of [r, g, b] */
export function createGif(width, height, palette) {
  const out = createBytes();
  const match = createMatcher(palette);
  const shown = new Uint8Array(width * height); // what stands where, by its place in the palette
  let before = null;
  out.text("GIF89a");
  out.words(width, height);
  out.all(0xf7, 0, 0); // 256 colors follow
  for (let i = 0; i < 256; i++) out.all(palette[i] ?? [0, 0, 0]);
  out.all(0x21, 0xff, 11);
  out.text("NETSCAPE2.0");
  out.all(3, 1, 0, 0, 0); // again and again

  /** Of a rectangle, what is to be drawn over what stands there. */
  function drawn(pixels, [left, top, w, h]) {
    const found = new Uint8Array(w * h).fill(CLEAR_PIXEL);
    for (let y = 0, k = 0; y < h; y++) {
      for (let i = (top + y) * width + left, x = 0; x < w; x++, i++, k++) {
        if (before && pixels[i] === before[i]) continue;
        const color = match(pixels[i]);
        if (before && color === shown[i]) continue;
        found[k] = shown[i] = color;
      }
    }
    return found;
  }

  return {
    /** @param {Uint32Array} pixels of the whole frame  @param {number} delay hundredths of a second that it stays */
    add(pixels, delay) {
      const box = before ? changed(pixels, before, width, height) : [0, 0, width, height];
      out.all(0x21, 0xf9, 4, 0x05); // the next is drawn over it; one color is transparent
      out.words(delay);
      out.all(CLEAR_PIXEL, 0, 0x2c);
      out.words(...box);
      out.add(0);
      pack(drawn(pixels, box), out);
      before = pixels;
    },
    finish() {
      out.add(0x3b);
      return out.taken();
    },
  };
}
