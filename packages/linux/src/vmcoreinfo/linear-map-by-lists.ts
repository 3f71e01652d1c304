import {
  type Dump,
  type PhysicalMemory,
  StructView,
  tryRead,
  type VmcoreInfo,
} from '@vmcorekit/core';

/**
 * Heads of lists that must agree. `init_uts_ns` of Debian's 6.12 for riscv64 has 479 within
 * 128 KiB. A map that is off by some pages agrees with none, except in a copy of such a list.
 */
const leastHeads = 8;
/** How far the data around `init_uts_ns` is looked through, on either side. */
const searchedInBytes: number = 256 * 1024;
const stepInBytes = 4096;
const wordInBytes = 8;

/** What was found of a memory, by the numbers that it was asked for. */
const found: WeakMap<PhysicalMemory, Map<string, boolean>> = new WeakMap();

/**
 * Whether lists of the kernel confirm where it maps all memory. Their heads lie in the image's
 * data, their members in other memory. The first member of each, reached through the map, must
 * point back to its head (struct list_head). False where the note does not say where data lie, or
 * too few can be read.
 */
export function isLinearMapByLists(
  { image: { memory } }: Dump,
  info: VmcoreInfo,
  imageOffset: bigint | undefined,
  linearMapOffset: bigint,
): boolean {
  const data = info.symbol('init_uts_ns');
  if (data === undefined || imageOffset === undefined) {
    return false;
  }
  const middle = Number(BigInt.asUintN(64, data - imageOffset));
  const known = found.get(memory) ?? new Map<string, boolean>();
  found.set(memory, known);
  const key = `${middle} ${imageOffset} ${linearMapOffset}`;
  const isConfirmed =
    known.get(key) ??
    (Number.isSafeInteger(middle) &&
      hasHeads(memory, middle - (middle % stepInBytes), imageOffset, linearMapOffset));
  known.set(key, isConfirmed);
  return isConfirmed;
}

/** From the middle on, by turns upwards and downwards. */
function hasHeads(
  memory: PhysicalMemory,
  middle: number,
  imageOffset: bigint,
  linearMapOffset: bigint,
): boolean {
  let heads = 0;
  for (let distance = 0; distance < searchedInBytes; distance += stepInBytes) {
    for (const at of [middle + distance, middle - stepInBytes - distance]) {
      heads += at < 0 ? 0 : headsIn(memory, at, imageOffset, linearMapOffset);
      if (heads >= leastHeads) {
        return true;
      }
    }
  }
  return false;
}

function headsIn(
  memory: PhysicalMemory,
  address: number,
  imageOffset: bigint,
  linearMapOffset: bigint,
): number {
  const bytes = tryRead(() => memory.read(address, stepInBytes));
  if (bytes === undefined) {
    return 0;
  }
  const view = new StructView(bytes, memory.byteOrder, 'data of a kernel', address);
  const end = BigInt(memory.ranges.at(-1)?.end ?? 0);
  let heads = 0;
  for (let at = 0; at < stepInBytes; at += wordInBytes) {
    const member = BigInt.asUintN(64, view.uint64(at) - linearMapOffset);
    const head = BigInt.asUintN(64, imageOffset + BigInt(address + at));
    heads += member < end && leadsBack(memory, Number(member), head) ? 1 : 0;
  }
  return heads;
}

/** `prev` follows `next`. */
function leadsBack(memory: PhysicalMemory, member: number, head: bigint): boolean {
  const bytes = tryRead(() => memory.read(member + wordInBytes, wordInBytes));
  return (
    bytes !== undefined &&
    new StructView(bytes, memory.byteOrder, 'list_head', member).uint64(0) === head
  );
}
