import { type Dump, isVmcorekitError, isZero, type KernelView, tryRead } from '@vmcorekit/core';
import { imageOffsetOf, physicalAddressIn } from '../kernel-image.ts';

const pageSizeInBytes = 4096;
/**
 * The direct map begins at a multiple of this, with KASLR too. Source: Linux, arch/x86/mm/kaslr.c
 * (kernel_randomize_memory), Documentation/arch/x86/x86_64/mm.rst.
 */
const directMapAlignmentInBytes = 0x4000_0000;

type Kernel = Pick<KernelView, 'dump' | 'memory' | 'runs'>;

/**
 * The physical address of a direct map address. Where its table is lost, the address still gives
 * it, as long as only one page of this machine's memory fits.
 */
export function directMapped({ dump, memory }: Kernel, address: bigint): number | undefined {
  return orWhereLost(
    dump,
    () => memory.translate(address).physicalAddress,
    () => onlyPlaceOf(dump, Number(address % BigInt(directMapAlignmentInBytes))),
  );
}

/**
 * Fills `target` with a page of the image. Where its table is lost, the page still lies at the
 * image's offset. Returns false where it cannot be read.
 */
export function readImagePage(
  { dump, memory, runs }: Kernel,
  address: bigint,
  target: Uint8Array,
): boolean {
  const [first] = runs;
  const readAt = (read: () => void): true => {
    read();
    return true;
  };
  return (
    orWhereLost(
      dump,
      () => readAt(() => memory.readInto(address, target)),
      () =>
        first === undefined
          ? undefined
          : readAt(() =>
              dump.image.memory.readInto(physicalAddressIn(imageOffsetOf(first), address), target),
            ),
    ) ?? false
  );
}

function orWhereLost<Result>(
  dump: Dump,
  look: () => Result,
  elsewhere: () => Result | undefined,
): Result | undefined {
  return tryRead(() => {
    try {
      return look();
    } catch (error) {
      if (isTableLost(dump, error)) {
        return elsewhere();
      }
      throw error;
    }
  });
}

/**
 * A table that a present entry leads to has entries. An empty one is a page that was lost or wiped.
 */
function isTableLost({ image }: Dump, error: unknown): boolean {
  if (!isVmcorekitError(error, 'not-mapped') || error.facts.entryAt === undefined) {
    return isVmcorekitError(error, 'page-unreadable');
  }
  const { entryAt } = error.facts;
  return image.memory.withView(entryAt - (entryAt % pageSizeInBytes), pageSizeInBytes, isZero);
}

function onlyPlaceOf({ image }: Dump, offset: number): number | undefined {
  const places: number[] = [];
  for (const { start, end } of image.memory.ranges) {
    const first =
      start +
      ((((offset - start) % directMapAlignmentInBytes) + directMapAlignmentInBytes) %
        directMapAlignmentInBytes);
    for (let place = first; place < end && places.length < 2; place += directMapAlignmentInBytes) {
      places.push(place);
    }
  }
  return places.length === 1 ? places[0] : undefined;
}
