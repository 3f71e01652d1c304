import {
  type Dump,
  isVmcorekitError,
  type KernelImageView,
  type MappedRun,
  type PhysicalMemory,
  type SymbolCarver,
  tryRead,
  type VirtualRange,
  VmcorekitError,
} from '@vmcorekit/core';
import { bannerAt, buildIdFrom } from '../identity/banner.ts';
import { runAt } from '../run-at.ts';
import { assembleKallsyms } from './kallsyms/assemble.ts';
import { KeptSymbols } from './kallsyms/cached-table.ts';
import type { KallsymsTable, KernelTests } from './kallsyms/kallsyms-table.ts';
import { digitRunsSeenIn, knownDigitRuns } from './kallsyms/known-digit-runs.ts';
import { passedDigitRuns } from './kallsyms/passed-digit-runs.ts';
import {
  isReadOnlyRun,
  isWritableRun,
  type ReadOnlyWindow,
  windowsOf,
} from './kallsyms/read-only-window.ts';
import { findDigitRuns } from './kallsyms/search.ts';
import { digitRuns } from './kallsyms/token-table.ts';

/**
 * How far to search around the place that the file's VMCOREINFO gives. The digits come in the first
 * half of the tokens.
 */
const toldLengthInBytes = 4096;
/**
 * A kernel has one run of digit tokens and hardly anything similar; a hostile one could have
 * thousands.
 */
const digitRunsTried = 256;
const givenAwayInBytes = 0x200000n;

/**
 * Reads the symbol table that a kernel keeps about itself. The contents show which layout a kernel
 * has, never its version. Every part must agree with the others, and `_text` and the banner must be
 * where the table says. Source: Linux, scripts/kallsyms.c and kernel/kallsyms.c; 64-bit kernels.
 */
export const kallsyms: SymbolCarver = {
  name: 'kallsyms',
  summary: 'the symbols a running kernel keeps in its own read-only data',
  *carve(image, cache) {
    const kept = cache === undefined ? undefined : new KeptSymbols(cache, image.memory);
    let table = yield* identifiedTable(image, kept);
    if (kept?.buildId !== undefined && kept.buildId !== table?.buildId) {
      table = yield* identifiedTable(image);
    }
    if (table === undefined) {
      refuseLostPage(image);
    }
    return table;
  },
};

function* identifiedTable(
  image: KernelImageView,
  kept?: KeptSymbols,
): Generator<void, KallsymsTable | undefined, void> {
  const table = yield* theTable(image, kept);
  const banner = table?.find('linux_banner')?.address;
  return table?.identifiedBy(
    banner === undefined ? undefined : bannerAt(image.memory, banner),
    buildIdFrom(image, table),
  );
}

/**
 * The first table in memory that only the kernel can own. Any other may be forged in pages that the
 * kernel gave away. Such a table counts only where the whole image holds no second one.
 */
function* theTable(
  image: KernelImageView,
  kept: KeptSymbols | undefined,
): Generator<void, KallsymsTable | undefined, void> {
  const { dump, memory, runs } = image;
  const tests: KernelTests = {
    wordSizeInBits: memory.wordSizeInBits,
    isInImage: imageTest(image),
    beforeNames: (parts) => kept?.take(parts),
    isKernel: (candidate) => isKernel(image, candidate),
  };
  const byPlace = new Map<bigint, KallsymsTable>();
  let tries = 0;
  for (const window of windowsOf(memory, runs)) {
    const told = toldOffset(dump, window);
    for (const offset of digitRunsOf(image, told, window, kept)) {
      if (offset === undefined) {
        yield;
        continue;
      }
      if (++tries > digitRunsTried) {
        return undefined;
      }
      const table = yield* assembleKallsyms(window, offset, tests);
      if (table !== undefined) {
        if (table.parts.tokens.offset === told || isKernelsOwn(image, table)) {
          return table;
        }
        byPlace.set(window.start + BigInt(table.parts.tokens.offset), table);
      }
    }
  }
  const [only] = byPlace.values();
  return byPlace.size === 1 ? only : undefined;
}

/**
 * Throws the error of the first unreadable page in an image's read-only data: because of it,
 * symbols may be missing. User halves of page-table isolation never show symbols; they map no
 * writable data.
 */
function refuseLostPage({ dump, runs }: KernelImageView): void {
  const { memory } = dump.image;
  const step = memory.pageSizeInBytes;
  for (const { physicalAddress, lengthInBytes } of runs.some(isWritableRun)
    ? runs.filter(isReadOnlyRun)
    : []) {
    const end = physicalAddress + lengthInBytes;
    for (let page = physicalAddress - (physicalAddress % step); page < end; page += step) {
      const state = memory.pageState(page / step);
      if (state !== 'stored' && state !== 'zero') {
        readLostPage(memory, page);
      }
    }
  }
}

function readLostPage(memory: PhysicalMemory, page: number): void {
  try {
    memory.read(page, 1);
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      const because = `${error.facts.because}; the kernel's symbols may have been in it, for none are found`;
      throw new VmcorekitError('page-unreadable', { ...error.facts, because }, { cause: error });
    }
    throw error;
  }
}

/** Whether a table lies in read-only data that Linux never gives away. */
function isKernelsOwn({ dump, runs }: KernelImageView, table: KallsymsTable): boolean {
  const { window, names, tokens, addresses } = table.parts;
  const start = Math.min(names.offset, addresses.offset, tokens.offset);
  const end = Math.max(tokens.endOffset, addresses.endOffset);
  return dump.layout?.ownsReadOnlyPages === true
    ? isReadOnlyAfterText(runs, table, {
        start: window.start + BigInt(start),
        end: window.start + BigInt(end),
      })
    : isBetweenGaps(window, start, end);
}

/** Whether all from the text up to the end of a range is mapped, and none of it writable. */
function isReadOnlyAfterText(
  runs: readonly MappedRun[],
  table: KallsymsTable,
  { start, end }: VirtualRange,
): boolean {
  const text = (table.find('_stext') ?? table.find('_text'))?.address;
  let mappedTo = text ?? start;
  for (const run of runs) {
    const runEnd = run.virtualAddress + BigInt(run.lengthInBytes);
    if (!run.isWritable && run.virtualAddress <= mappedTo && mappedTo < runEnd) {
      mappedTo = runEnd;
    }
  }
  return text !== undefined && text <= start && end <= mappedTo;
}

/**
 * Linux for x86-64 frees two parts of its image after boot, and others may then write to them. They
 * lie between text and read-only data, and between read-only data and data; each is less than 2
 * MiB, up to or from a 2 MiB boundary. Source: Linux, arch/x86/mm/init_64.c (mark_rodata_ro);
 * X86_ALIGN_RODATA_BEGIN and _END of its linker script.
 */
function isBetweenGaps(window: ReadOnlyWindow, start: number, end: number): boolean {
  const freedBefore = Number(
    (givenAwayInBytes - (window.start % givenAwayInBytes)) % givenAwayInBytes,
  );
  return (
    window.isReadOnlyData &&
    start >= freedBefore &&
    end <= window.sizeInBytes - Number(givenAwayInBytes)
  );
}

/** The place of the tokens in the file's VMCOREINFO, if that is in the window. */
function toldOffset(dump: Dump, window: ReadOnlyWindow): number | undefined {
  const told = dump.vmcoreinfo?.symbol('kallsyms_token_table');
  return told !== undefined &&
    told >= window.start &&
    told < window.start + BigInt(window.sizeInBytes)
    ? Number(told - window.start)
    : undefined;
}

function* digitRunsOf(
  { dump, runs }: KernelImageView,
  told: number | undefined,
  window: ReadOnlyWindow,
  kept: KeptSymbols | undefined,
): Generator<number | undefined, void, void> {
  if (told !== undefined) {
    const bytes = new Uint8Array(Math.min(toldLengthInBytes, window.sizeInBytes - told));
    window.readPartly(told, bytes);
    for (const at of digitRuns(bytes)) {
      yield told + at;
    }
  }
  const known = knownDigitRuns(dump.image.memory) ?? passedDigitRuns(dump);
  yield* known === undefined
    ? findDigitRuns(window, (words) => kept?.placeBy(words))
    : digitRunsSeenIn(window, runs, known);
}

/**
 * The range where a symbol of the image can be: the window that the architecture reserves for it,
 * else its runs.
 */
function imageTest({
  dump: { layout },
  root,
  runs,
}: KernelImageView): (address: bigint) => boolean {
  if (layout === null) {
    return (address) => runAt(runs, address) !== undefined;
  }
  const { start, end } = layout.imageWindow(root);
  return (address) => address >= start && address < end;
}

/** Arm64 maps only the header at `_text` no more, and the code at `_stext`. */
function hasCode(runs: readonly MappedRun[], table: KallsymsTable): boolean {
  const isCode = (address: bigint): boolean => runAt(runs, address)?.isExecutable === true;
  const starts = ['_text', '_stext'].flatMap((name) => table.find(name)?.address ?? []);
  return starts.length === 0 ? isCode(table.parts.addresses.base) : starts.some(isCode);
}

/**
 * The table's own start of the kernel must be code. Its banner, if it has one, must be mapped and,
 * if that can be read, be a banner. Addresses counted from a wrong base lead elsewhere. Where the
 * start's page is lost, the base of the offsets must be code: it is the lowest address of the image
 * that has a symbol.
 */
function isKernel({ memory, runs }: KernelImageView, table: KallsymsTable): boolean {
  const banner = table.find('linux_banner')?.address;
  return (
    hasCode(runs, table) &&
    (banner === undefined ||
      (runAt(runs, banner) !== undefined &&
        (bannerAt(memory, banner) !== undefined ||
          tryRead(() => memory.readUint32(banner)) === undefined)))
  );
}
