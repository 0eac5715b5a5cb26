// One track of video as an MP4 file (ISO/IEC 14496-12): its index stands before the pictures, so that it plays while it
// is still on its way.

const BRANDS = ["isom", "iso2", "mp41"];
const TICKS = 512;  // of the clock a frame
const MOVIE = 1000; // ticks a second of the clock for the whole file
const MATRIX = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];

// What WebCodecs calls colors, by their numbers in ISO/IEC 23091-2; 2 is unknown.
const PRIMARIES = { bt709: 1, bt470bg: 5, smpte170m: 6, bt2020: 9, smpte432: 12 };
const TRANSFERS = { bt709: 1, smpte170m: 6, linear: 8, "iec61966-2-1": 13, pq: 16, hlg: 18 };
const MATRICES = { rgb: 0, bt709: 1, bt470bg: 5, smpte170m: 6, "bt2020-ncl": 9 };

const u16 = (...values) => values.flatMap((value) => [(value >> 8) & 255, value & 255]);
const u32 = (...values) => values.flatMap((value) => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);
const text = (signs) => [...signs].map((sign) => sign.charCodeAt(0));
const zeros = (many) => new Array(many).fill(0);

function box(type, ...parts) {
  const body = parts.flat();
  return [...u32(body.length + 8), ...text(type), ...body];
}

/** A box with a version and flags. */
const full = (type, flags, ...parts) => box(type, u32(flags), ...parts);

/** Primaries, transfer, matrix, whether black is 0. */
const colorsOf = ({ primaries, transfer, matrix, fullRange } = {}) =>
  [PRIMARIES[primaries] ?? 2, TRANSFERS[transfer] ?? 2, MATRICES[matrix] ?? 2, Number(Boolean(fullRange))];

/** What a decoder is set up by: avcC as the encoder gave it, or vpcC as the codec's name says it. */
function setup({ codec, description, colorSpace }) {
  if (description) return ["avc1", box("avcC", [...description])];
  const [profile, level, depth] = codec.split(".").slice(1).map(Number);
  const [primaries, transfer, matrix, whole] = colorsOf(colorSpace);
  return ["vp09", full("vpcC", 0x01000000, [profile, level, (depth << 4) | (1 << 1) | whole, primaries, transfer, matrix], u16(0))];
}

/** What the samples are. */
function entry(track) {
  const [type, decoder] = setup(track);
  const [primaries, transfer, matrix, whole] = colorsOf(track.colorSpace);
  const size = u16(track.width, track.height);
  const fixed = [...zeros(6), ...u16(1), ...zeros(16), ...size, ...u32(0x480000, 0x480000, 0), ...u16(1), ...zeros(32), ...u16(24, 0xffff)];
  return box(type, fixed, decoder, box("colr", text("nclx"), u16(primaries, transfer, matrix), [whole << 7]));
}

/** When each is shown, where that is not the order in which they are decoded. */
function shifts(samples, rate) {
  const late = samples.map(({ time }, i) => Math.round((time * rate) / 1e6) - i);
  return late.some(Boolean) ? full("ctts", 0x01000000, u32(late.length), late.flatMap((by) => u32(1, by * TICKS))) : [];
}

/** Where each sample is: all in one chunk that begins at byte `start`. */
function table(track, start) {
  const { samples, rate } = track;
  const keys = samples.flatMap(({ key }, i) => (key ? [i + 1] : []));
  return box(
    "stbl",
    full("stsd", 0, u32(1), entry(track)),
    full("stts", 0, u32(1, samples.length, TICKS)),
    shifts(samples, rate),
    full("stss", 0, u32(keys.length, ...keys)),
    full("stsc", 0, u32(1, 1, samples.length, 1)),
    full("stsz", 0, u32(0, samples.length, ...samples.map(({ bytes }) => bytes.length))),
    full("stco", 0, u32(1, start)),
  );
}

function index(track, start) {
  const { samples, rate, width, height } = track;
  const whole = Math.round((MOVIE * samples.length) / rate);
  const source = box("dinf", full("dref", 0, u32(1), full("url ", 1))); // in this file
  const media = box(
    "mdia",
    full("mdhd", 0, u32(0, 0, TICKS * rate, TICKS * samples.length), u16(0x55c4, 0)), // no language
    full("hdlr", 0, u32(0), text("vide"), zeros(12), text("video\0")),
    box("minf", full("vmhd", 1, zeros(8)), source, table(track, start)),
  );
  return box(
    "moov",
    full("mvhd", 0, u32(0, 0, MOVIE, whole, 0x10000), u16(0x100), zeros(10), u32(...MATRIX), zeros(24), u32(2)),
    box("trak", full("tkhd", 3, u32(0, 0, 1, 0, whole), zeros(16), u32(...MATRIX, width << 16, height << 16)), media),
  );
}

/**
 * @param {object} track width, height (px), rate (frames a second), codec, description (Uint8Array of an avc1), colorSpace
 *   (as of a VideoFrame), samples: {bytes: Uint8Array, time: microseconds, key: boolean} in the order of decoding
 * @returns {Blob}
 */
export function mp4(track) {
  const head = box("ftyp", text(BRANDS[0]), u32(512), BRANDS.flatMap(text));
  const size = track.samples.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const start = head.length + index(track, 0).length + 8; // an index has one length, wherever the pictures begin
  const front = [...head, ...index(track, start), ...u32(size + 8), ...text("mdat")];
  return new Blob([new Uint8Array(front), ...track.samples.map(({ bytes }) => bytes)], { type: "video/mp4" });
}
