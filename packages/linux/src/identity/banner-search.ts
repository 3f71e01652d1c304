import { type KernelView, latin1UntilNul, type MappedRun } from '@vmcorekit/core';
import { KallsymsTable, partsOfKallsyms } from '../symbols/kallsyms/kallsyms-table.ts';
import { windowPageSizeInBytes, windowsOf } from '../symbols/kallsyms/read-only-window.ts';
import { bannerStart } from './banner.ts';

const chunkSizeInBytes = 64 * 1024;
/** The longest banner searched for, and the overlap of two chunks. */
const bannerLimitInBytes = 1024;
/** Compilers align long arrays to 32 bytes, and always at least to a word. */
const alignmentInBytes = 8;
/** Between the code and the code of boot; constants and data of an image are smaller. */
const maxBetweenInBytes = 0x800_0000n;
const endOfAddresses: bigint = 2n ** 64n;
/**
 * A whole banner: release, builder, compiler, version, line end. Source: Linux,
 * init/version-timestamp.c.
 */
const wholeBanner = /^Linux version [!-~]+ \([ -~]+\) \([ -~]+\) #[ -~]+\n$/;

export interface FoundBanner {
  readonly address: bigint;
  readonly text: string;
}

/** What a search for banners looks at. */
type Searched = Pick<KernelView, 'memory' | 'runs' | 'symbols'>;

/**
 * Whole banners in the read-only data of an image; `chooseBanner` picks one. They lie before the
 * tables of kallsyms, which are linked after them; the rest is searched only where none does. Where
 * the mappings do not show which data are read-only (a processor without NX, a linear window),
 * between the code and the code of boot, by the kernel's symbols. Yields undefined now and then.
 * Source: Linux, scripts/link-vmlinux.sh.
 */
export function* findBanners({
  memory,
  runs,
  symbols,
}: Searched): Generator<FoundBanner | undefined, void, void> {
  const readOnly = runs.filter((run) => !run.isWritable && !run.isExecutable);
  const searched = readOnly.length > 0 ? readOnly : afterCode(runs, symbols);
  const kallsyms = [...partsOfKallsyms(symbols).values()].sort((a, b) => (a < b ? -1 : 1))[0];
  const parts =
    kallsyms === undefined
      ? [searched]
      : [cut(searched, 0n, kallsyms), cut(searched, pageOf(kallsyms), endOfAddresses)];
  for (const part of parts) {
    let isFound = false;
    for (const step of bannersIn(memory, part)) {
      isFound ||= step !== undefined;
      yield step;
    }
    if (isFound) {
      return;
    }
  }
}

function* bannersIn(
  memory: Searched['memory'],
  runs: readonly MappedRun[],
): Generator<FoundBanner | undefined, void, void> {
  for (const window of windowsOf(memory, runs)) {
    for (let offset = 0; offset < window.sizeInBytes; offset += chunkSizeInBytes) {
      const bytes = new Uint8Array(
        Math.min(chunkSizeInBytes + bannerLimitInBytes, window.sizeInBytes - offset),
      );
      window.readPartly(offset, bytes);
      for (let at = 0; at < chunkSizeInBytes && at < bytes.length; at += alignmentInBytes) {
        const text = bannerIn(bytes, at);
        if (text !== undefined) {
          yield { address: window.start + BigInt(offset + at), text };
        }
      }
      yield undefined;
    }
  }
}

/**
 * From `_etext` to `_sinittext`: kallsyms has both, even where it names functions only. On some
 * machines the code of boot comes first; the read-only data end with kallsyms itself, which is
 * linked last.
 */
function afterCode(
  runs: readonly MappedRun[],
  symbols: Pick<KernelView['symbols'], 'find'>,
): MappedRun[] {
  const start = symbols.find('_etext')?.address;
  const end =
    symbols instanceof KallsymsTable
      ? symbols.parts.window.start + BigInt(symbols.parts.tokens.offset)
      : symbols.find('_sinittext')?.address;
  if (start === undefined || end === undefined || end - start > maxBetweenInBytes) {
    return [];
  }
  return cut(runs, pageOf(start), end);
}

/** The parts of runs in [from, to). */
function cut(runs: readonly MappedRun[], from: bigint, to: bigint): MappedRun[] {
  return runs.flatMap((run) => {
    const runEnd = run.virtualAddress + BigInt(run.lengthInBytes);
    const start = run.virtualAddress > from ? run.virtualAddress : from;
    const end = to < runEnd ? to : runEnd;
    return start >= end
      ? []
      : [
          {
            ...run,
            virtualAddress: start,
            physicalAddress: run.physicalAddress + Number(start - run.virtualAddress),
            lengthInBytes: Number(end - start),
          },
        ];
  });
}

function pageOf(address: bigint): bigint {
  return address - (address % BigInt(windowPageSizeInBytes));
}

function bannerIn(bytes: Uint8Array, at: number): string | undefined {
  if (bytes[at] !== bannerStart.charCodeAt(0) || bytes[at + 1] !== bannerStart.charCodeAt(1)) {
    return undefined;
  }
  const text = latin1UntilNul(bytes.subarray(at, at + bannerLimitInBytes));
  return wholeBanner.test(text) ? text.trimEnd() : undefined;
}
