import { type PhysicalMemory, tryRead } from '@vmcorekit/core';

/** What the manual says of an address. */
export interface NaiveLeaf {
  readonly physicalAddress: bigint;
  readonly rights: string;
}

/**
 * "Translation Process" of the Principles of Operation, step by step, bit by bit in text, bits
 * counted from the left as there; undefined where it raises an exception, and for entries of zeros,
 * which the library takes for lost. Slow, and shares nothing with the library: the model of the
 * property tests.
 */
export function naiveWalk(
  memory: PhysicalMemory,
  asce: bigint,
  address: bigint,
): NaiveLeaf | undefined {
  const va = bitsOf(address);
  const designation = bitsOf(asce);
  const type = numberOf(designation.slice(60, 62));
  // The parts of an address that the type leaves out must be zeros.
  if (va.slice(0, 11 * (3 - type)).includes('1')) {
    return undefined;
  }
  let table = numberOf(designation.slice(0, 52)) * 4096;
  let offset = 0;
  let length = numberOf(designation.slice(62, 64));
  let isProtected = false;
  for (let depth = 3 - type; depth < 4; depth++) {
    const index = va.slice(11 * depth, 11 * (depth + 1));
    const quarter = numberOf(index.slice(0, 2));
    if (quarter < offset || quarter > length) {
      return undefined;
    }
    const entry = read(memory, table + numberOf(index) * 8);
    const isInvalid = entry[58] === '1';
    if (isInvalid || !entry.includes('1') || entry.slice(0, 12).includes('1')) {
      return undefined;
    }
    if (numberOf(entry.slice(60, 62)) !== 3 - depth) {
      return undefined;
    }
    isProtected ||= entry[54] === '1';
    const frameBits = { 2: 33, 3: 44 }[depth];
    if (frameBits !== undefined && entry[53] === '1') {
      return leafOf(entry.slice(0, frameBits) + va.slice(frameBits), isProtected, entry);
    }
    table = depth === 3 ? numberOf(entry.slice(0, 53)) * 2048 : numberOf(entry.slice(0, 52)) * 4096;
    offset = numberOf(entry.slice(56, 58));
    length = numberOf(entry.slice(62, 64));
  }
  const entry = read(memory, table + numberOf(va.slice(44, 52)) * 8);
  return entry[53] === '1' ||
    entry[52] === '1' ||
    !entry.includes('1') ||
    entry.slice(0, 12).includes('1')
    ? undefined
    : leafOf(entry.slice(0, 52) + va.slice(52), isProtected || entry[54] === '1', entry);
}

function leafOf(address: string, isProtected: boolean, entry: string): NaiveLeaf {
  return {
    physicalAddress: BigInt(`0b${address}`),
    rights: `${isProtected ? '-' : 'w'}${entry[55] === '1' ? '-' : 'x'}-`,
  };
}

function read(memory: PhysicalMemory, at: number): string {
  return bitsOf(tryRead(() => memory.readUint64(at)) ?? 0n);
}

function bitsOf(value: bigint): string {
  return value.toString(2).padStart(64, '0');
}

function numberOf(bits: string): number {
  return Number.parseInt(bits, 2);
}
