import { type PhysicalMemory, tryRead } from '@vmcorekit/core';

/** What the manual's algorithm says of an address. */
export interface NaiveLeaf {
  readonly physicalAddress: bigint;
  readonly rights: string;
}

/**
 * "Virtual Address Translation Process" of the privileged specification, step by step, bit by bit
 * in text; undefined where it raises a page fault. Slow, and shares nothing with the library: the
 * model of the property tests.
 */
export function naiveWalk(
  memory: PhysicalMemory,
  root: number,
  levels: number,
  address: bigint,
): NaiveLeaf | undefined {
  const bits = 12 + 9 * levels;
  const text = address.toString(2).padStart(64, '0');
  const signs = new Set(text.slice(0, 65 - bits));
  if (signs.size !== 1) {
    return undefined;
  }
  let a = BigInt(root);
  for (let i = levels - 1; i >= 0; i--) {
    const vpn = Number.parseInt(text.slice(64 - 12 - 9 * (i + 1), 64 - 12 - 9 * i), 2);
    const pte = tryRead(() => memory.readUint64(Number(a) + vpn * 8)) ?? 0n;
    const entry = pte.toString(2).padStart(64, '0');
    const bit = (index: number): boolean => entry[63 - index] === '1';
    const field = (high: number, low: number): string => entry.slice(63 - high, 64 - low);
    const [v, r, w, x, u, n] = [bit(0), bit(1), bit(2), bit(3), bit(4), bit(63)];
    // Bits 60:59 belong to software, bits 53:50 address more than any machine has.
    if (!v || field(58, 54) !== '00000' || field(53, 50) !== '0000' || (w && x && !r)) {
      return undefined;
    }
    if (!r && !w && !x) {
      if (n || bit(62) || bit(61) || bit(4) || bit(6) || bit(7)) {
        return undefined;
      }
      a = BigInt(`0b${field(53, 10)}`) * 4096n;
      continue;
    }
    const low = n ? 4 : 9 * i;
    const number = field(53, 10);
    const pattern = number.slice(number.length - low);
    if (n ? i !== 0 || pattern !== '1000' : pattern.includes('1')) {
      return undefined;
    }
    const page = number.slice(0, number.length - low) + text.slice(52 - low, 52);
    return {
      physicalAddress: BigInt(`0b${page}${text.slice(52)}`),
      rights: `${w && r ? 'w' : '-'}${x ? 'x' : '-'}${u ? 'u' : '-'}`,
    };
  }
  return undefined;
}
