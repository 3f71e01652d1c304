import { type KernelMemory, latin1UntilNul, type MappedRun } from '@vmcorekit/core';
import { windowsOf } from '../symbols/kallsyms/read-only-window.ts';
import { bannerStart } from './banner.ts';

const chunkSizeInBytes = 64 * 1024;
/** The longest banner searched for, and the overlap of two chunks. */
const bannerLimitInBytes = 1024;
/** Compilers align long arrays to 32 bytes, and always at least to a word. */
const alignmentInBytes = 8;
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
 * Whole banners in the read-only data of an image; `chooseBanner` picks one. Yields undefined now
 * and then.
 */
export function* findBanners(
  memory: KernelMemory,
  runs: readonly MappedRun[],
): Generator<FoundBanner | undefined, void, void> {
  const readOnly = runs.filter((run) => !run.isWritable && !run.isExecutable);
  for (const window of windowsOf(memory, readOnly)) {
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

function bannerIn(bytes: Uint8Array, at: number): string | undefined {
  if (bytes[at] !== bannerStart.charCodeAt(0) || bytes[at + 1] !== bannerStart.charCodeAt(1)) {
    return undefined;
  }
  const text = latin1UntilNul(bytes.subarray(at, at + bannerLimitInBytes));
  return wholeBanner.test(text) ? text.trimEnd() : undefined;
}
