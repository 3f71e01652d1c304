import { type PhysicalMemory, tryRead } from '@vmcorekit/core';
import { halfStart, type RootKind } from './roots.ts';

/** The highest of the manual's levels, -1 to 3, at which a block may be. */
const highestBlock = {
  4: (bits: number) => (bits === 52 ? 0 : 1),
  16: (bits: number) => (bits === 52 ? 1 : 2),
  64: () => 1,
} as const;

/**
 * The physical address by the manual's own words, bit by bit in text; undefined where it maps
 * nothing. Slow, and shares nothing with the library: the model of the property tests.
 */
export function naiveWalk(
  memory: PhysicalMemory,
  root: number,
  { granule, bits }: RootKind,
  address: bigint,
): bigint | undefined {
  if (address < halfStart(bits)) {
    return undefined;
  }
  const pageBits = { 4: 12, 16: 14, 64: 16 }[granule];
  const input = address.toString(2).slice(-bits);
  const levels: string[] = [];
  for (let end = bits - pageBits; end > 0; end -= pageBits - 3) {
    levels.unshift(input.slice(Math.max(0, end - (pageBits - 3)), end));
  }
  let table = BigInt(root);
  let used = 0;
  for (const [depth, index] of levels.entries()) {
    used += index.length;
    const level = 4 - levels.length + depth;
    const at = Number(table + BigInt(Number.parseInt(index, 2) * 8));
    const entry = tryRead(() => memory.readUint64(at));
    const text = (entry ?? 0n).toString(2).padStart(64, '0');
    const field = (high: number, low: number): string => text.slice(63 - high, 64 - low);
    const above =
      granule === 64 ? field(15, 12) : bits === 52 ? field(9, 8) + field(49, 48) : '0000';
    const output = BigInt(`0b${above}${field(47, pageBits)}${'0'.repeat(pageBits)}`);
    const isTable = field(1, 0) === '11' && level < 3;
    const isLeaf =
      level === 3
        ? field(1, 0) === '11'
        : field(1, 0) === '01' && level >= highestBlock[granule](bits);
    if (isLeaf) {
      const rest = input.slice(used);
      return ((output >> BigInt(rest.length)) << BigInt(rest.length)) + BigInt(`0b${rest}`);
    }
    if (!isTable) {
      return undefined;
    }
    table = output;
  }
  return undefined;
}
