/**
 * 106 bits that tell contents apart: names for caches and drafts, never for trust. Not `node:crypto`, whose loading costs
 * every start 5 to 8 ms (measured), more than hashing a source file this way.
 */
export function fingerprint(bytes: Uint8Array | string): string {
  const data = typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes;
  return half(data, 0x9e3779b9) + half(data, 0x85ebca6b);
}

/** cyrb53 by bryc (public domain): two lanes, each byte multiplied into both, mixed at the end. */
function half(data: Uint8Array, seed: number): string {
  let a = 0xdeadbeef ^ seed;
  let b = 0x41c6ce57 ^ seed;
  for (const byte of data) {
    a = Math.imul(a ^ byte, 2654435761);
    b = Math.imul(b ^ byte, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(16).padStart(14, '0');
}
