import { type KernelView, latin1UntilNul, type MappedRun } from '@vmcorekit/core';
import { KallsymsTable } from '../symbols/kallsyms/kallsyms-table.ts';
import { windowPageSizeInBytes, windowsOf } from '../symbols/kallsyms/read-only-window.ts';
import { bannerStart } from './banner.ts';

const chunkSizeInBytes = 64 * 1024;
/** The longest banner searched for, and the overlap of two chunks. */
const bannerLimitInBytes = 1024;
/** Compilers align long arrays to 32 bytes, and always at least to a word. */
const alignmentInBytes = 8;
/** Between the code and the code of boot; constants and data of an image are smaller. */
const maxBetweenInBytes = 0x800_0000n;
/**
 * A whole banner: release, builder, compiler, version, line end. Source: Linux,
 * init/version-timestamp.c.
 */
const wholeBanner = /^Linux version [!-~]+ \([ -~]+\) \([ -~]+\) #[ -~]+\n$/;

export interface FoundBanner {
  readonly address: bigint;
  readonly text: string;
}

/**
 * Whole banners in the read-only data of an image; `chooseBanner` picks one. Where the mappings do
 * not show which data are read-only (a processor without NX, a linear window), between the code and
 * the code of boot, by the kernel's symbols. Yields undefined now and then.
 */
export function* findBanners({
  memory,
  runs,
  symbols,
}: Pick<KernelView, 'memory' | 'runs' | 'symbols'>): Generator<
  FoundBanner | undefined,
  void,
  void
> {
  const readOnly = runs.filter((run) => !run.isWritable && !run.isExecutable);
  for (const window of windowsOf(
    memory,
    readOnly.length > 0 ? readOnly : afterCode(runs, symbols),
  )) {
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
  return runs.flatMap((run) => {
    const runEnd = run.virtualAddress + BigInt(run.lengthInBytes);
    const page = BigInt(windowPageSizeInBytes);
    const from = largerOf(run.virtualAddress, start - (start % page));
    const to = end < runEnd ? end : runEnd;
    return from >= to
      ? []
      : [
          {
            ...run,
            virtualAddress: from,
            physicalAddress: run.physicalAddress + Number(from - run.virtualAddress),
            lengthInBytes: Number(to - from),
          },
        ];
  });
}

function largerOf(one: bigint, other: bigint): bigint {
  return one > other ? one : other;
}

function bannerIn(bytes: Uint8Array, at: number): string | undefined {
  if (bytes[at] !== bannerStart.charCodeAt(0) || bytes[at + 1] !== bannerStart.charCodeAt(1)) {
    return undefined;
  }
  const text = latin1UntilNul(bytes.subarray(at, at + bannerLimitInBytes));
  return wholeBanner.test(text) ? text.trimEnd() : undefined;
}
