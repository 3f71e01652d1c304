/** What a 32-bit FNV-1a hash begins with. */
export const fnv1aStart = 0x811c9dc5;

/**
 * A 32-bit FNV-1a hash with one more byte, as a signed number: loops over many bytes stay on small
 * integers, and `>>> 0` at their end makes it the hash. It is fast, and not cryptographic: texts
 * with the same hash can be made on purpose. Source: RFC 9923.
 */
export function fnv1aWith(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

/** The 32-bit FNV-1a hash of a Latin-1 text, unsigned. */
export function fnv1aOf(text: string): number {
  let hash = fnv1aStart;
  for (let at = 0; at < text.length; at++) {
    hash = fnv1aWith(hash, text.charCodeAt(at) & 0xff);
  }
  return hash >>> 0;
}
