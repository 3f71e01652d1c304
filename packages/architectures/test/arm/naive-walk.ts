import { type PhysicalMemory, tryRead } from '@vmcorekit/core';

/**
 * The physical address by the manual's own words for short descriptors, bit by bit in text;
 * undefined where they map nothing. Shares nothing with the library: the model of the property
 * tests.
 */
export function naiveShortWalk(
  memory: PhysicalMemory,
  root: number,
  address: bigint,
): bigint | undefined {
  const input = address.toString(2).padStart(32, '0');
  const wordAt = (at: number): string | undefined =>
    tryRead(() => memory.readUint32(at))
      ?.toString(2)
      .padStart(32, '0');
  const first = wordAt(root + Number.parseInt(input.slice(0, 12), 2) * 4);
  if (first === undefined || first.endsWith('00')) {
    return undefined;
  }
  const field = (text: string, high: number, low: number): string =>
    text.slice(31 - high, 32 - low);
  if (!first.endsWith('01')) {
    return field(first, 18, 18) === '1'
      ? BigInt(
          `0b${field(first, 8, 5)}${field(first, 23, 20)}${field(first, 31, 24)}${input.slice(8)}`,
        )
      : BigInt(`0b${field(first, 31, 20)}${input.slice(12)}`);
  }
  const table = Number.parseInt(`${field(first, 31, 10)}0000000000`, 2);
  const second = wordAt(table + Number.parseInt(input.slice(12, 20), 2) * 4);
  if (second === undefined || second.endsWith('00')) {
    return undefined;
  }
  return second.endsWith('01')
    ? BigInt(`0b${field(second, 31, 16)}${input.slice(16)}`)
    : BigInt(`0b${field(second, 31, 12)}${input.slice(20)}`);
}
