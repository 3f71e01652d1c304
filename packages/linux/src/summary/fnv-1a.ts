const offsetBasis = 0xcbf2_9ce4_8422_2325n;
const prime = 0x100_0000_01b3n;

/**
 * The 64-bit FNV-1a hash of an ASCII text, as 16 hexadecimal digits. It is short and the same
 * everywhere, and not cryptographic: texts with the same hash can be made on purpose. Source:
 * Fowler, Noll and Vo, isthe.com/chongo/tech/comp/fnv.
 */
export function fnv1a64(text: string): string {
  let hash = offsetBasis;
  for (let at = 0; at < text.length; at++) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at) & 0xff)) * prime);
  }
  return hash.toString(16).padStart(16, '0');
}
