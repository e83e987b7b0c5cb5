// Files to a zip archive. They are stored as they are: a PNG is compressed already.

const HEADER = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;
const VERSION = 20; // that a program needs to unpack it: 2.0
const DATE = 0x5c21; // 2026-01-01: the time tells nothing about a drawing

const CRCS = Uint32Array.from({ length: 256 }, (_, crc) => {
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

// files: each {name: in ASCII, bytes: a Uint8Array}. Returns a Blob.
export function zip(files) {
  const parts = [];
  const entries = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const text = new TextEncoder().encode(name);
    // Version, flags, method, time, date, checksum, packed size, size, length of the name, of the extra field.
    const about = [[VERSION, 2], [0, 2], [0, 2], [0, 2], [DATE, 2], [crc(bytes), 4], [bytes.length, 4], [bytes.length, 4], [text.length, 2], [0, 2]];
    const header = packed([[HEADER, 4], ...about]);
    parts.push(header, text, bytes);
    // Length of the comment, disk, attributes inside and outside, where the header is.
    entries.push(packed([[ENTRY, 4], [VERSION, 2], ...about, [0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]]), text);
    offset += header.length + text.length + bytes.length;
  }
  const size = entries.reduce((sum, entry) => sum + entry.length, 0);
  const count = [[files.length, 2], [files.length, 2]];
  const end = packed([[END, 4], [0, 2], [0, 2], ...count, [size, 4], [offset, 4], [0, 2]]);
  return new Blob([...parts, ...entries, end], { type: "application/zip" });
}

// Numbers to bytes, the lowest byte first. fields: each [number, bytes].
function packed(fields) {
  return Uint8Array.from(fields.flatMap(([value, bytes]) =>
    Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255)));
}

function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = CRCS[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
