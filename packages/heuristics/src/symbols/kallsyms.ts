import { type AddressSpace, type Dump, type MappedRun, orUnreadable, type SymbolSource, type SymbolTable } from '@vmcorekit/core';
import { bannerAt, buildIdFrom } from '../kernel-identity.ts';
import { assembleKallsyms } from './kallsyms/assemble.ts';
import { type ReadOnlyWindow, windowsOf } from './kallsyms/read-only-window.ts';
import { findDigitRuns } from './kallsyms/search.ts';
import { digitRuns } from './kallsyms/token-table.ts';

/** A place the file's VMCOREINFO tells is looked at this far: the digits stand in the first half of the tokens. */
const toldLengthInBytes = 4096;
/** A kernel has one run of digit tokens, and hardly anything that looks like it; a hostile one could have thousands. */
const digitRunsTried = 256;

/**
 * The symbol table a kernel keeps of itself, read out of a dump. Which of its layouts a kernel has is seen from the contents, never from
 * a version: every part must agree with the others, and `_text` and the banner must be where the table says.
 * Source: Linux, scripts/kallsyms.c and kernel/kallsyms.c; 64-bit kernels.
 */
export const kallsyms: SymbolSource = {
  name: 'kallsyms',
  summary: 'the symbols a running kernel keeps in its own read-only data',
  *carve(dump, space, runs) {
    const isInImage = imageTest(dump, runs);
    let tries = 0;
    const byteOrder = dump.image.memory.byteOrder;
    for (const window of windowsOf(space, byteOrder, runs)) {
      for (const offset of digitRunsOf(dump, window)) {
        if (offset === undefined) {
          yield;
          continue;
        }
        if (++tries > digitRunsTried) {
          return undefined;
        }
        const table = yield* assembleKallsyms(window, offset, isInImage, (candidate) => isKernel(space, runs, candidate));
        if (table !== undefined) {
          const banner = table.addressOf('linux_banner');
          return table.identifiedBy(
            banner === undefined ? undefined : bannerAt(space, banner),
            buildIdFrom(space, table, byteOrder),
          );
        }
      }
    }
    return undefined;
  },
};

function* digitRunsOf(dump: Dump, window: ReadOnlyWindow): Generator<number | undefined, void, void> {
  const told = dump.vmcoreinfo?.symbol('kallsyms_token_table');
  if (told !== undefined && told >= window.start && told < window.start + BigInt(window.sizeInBytes)) {
    const offset = Number(told - window.start);
    const bytes = new Uint8Array(Math.min(toldLengthInBytes, window.sizeInBytes - offset));
    window.readPartly(offset, bytes);
    for (const at of digitRuns(bytes)) {
      yield offset + at;
    }
  }
  yield* findDigitRuns(window);
}

/** Where a symbol of the image can be: in the window the architecture sets aside for it, or else in its runs. */
function imageTest(dump: Dump, runs: readonly MappedRun[]): (address: bigint) => boolean {
  const layout = dump.architecture?.kernelLayout;
  return layout === undefined
    ? (address) => isMapped(runs, address)
    : (address) => address >= layout.imageWindowStart && address < layout.imageWindowEnd;
}

/** The table's own start of the kernel must be mapped, and its banner, where it has one that can be read, must be one. */
function isKernel(space: AddressSpace, runs: readonly MappedRun[], table: SymbolTable): boolean {
  const text = table.addressOf('_text') ?? table.addressOf('_stext');
  const banner = table.addressOf('linux_banner');
  return (
    text !== undefined &&
    isMapped(runs, text) &&
    (banner === undefined || bannerAt(space, banner) !== undefined || orUnreadable(() => space.readUint32(banner)) === undefined)
  );
}

function isMapped(runs: readonly MappedRun[], address: bigint): boolean {
  return runs.some((run) => address >= run.virtualAddress && address < run.virtualAddress + BigInt(run.lengthInBytes));
}
