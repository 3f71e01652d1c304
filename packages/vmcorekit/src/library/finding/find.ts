import { type Dump, type Kernel, VmcorekitError } from '@vmcorekit/core';
import {
  bytesPattern,
  type FindPattern,
  type FoundPlace,
  kernelRange,
  type Matches,
  numberPattern,
  type Toolkit,
  textPattern,
} from '@vmcorekit/engine';
import type { WorkOptions } from '../work-options.ts';
import { findInThreads } from './find-in-threads.ts';

/** What to find. A number is in the dump's byte order, and has 8 bytes unless a size is given. */
export type Wanted =
  | { readonly bytes: Uint8Array }
  | { readonly text: string; readonly isUtf16?: boolean; readonly ignoresCase?: boolean }
  | {
      readonly number: bigint | number;
      readonly sizeInBytes?: 1 | 2 | 4 | 8;
      /** False also finds it at an address that is no multiple of its size. */
      readonly isAligned?: boolean;
    };

export interface FindOptions extends WorkOptions {
  /** Default: `physical`. `virtual` is the kernel's memory. */
  readonly space?: 'physical' | 'virtual';
  /** A whole hit lies between these addresses of the space searched. */
  readonly from?: bigint | number;
  /** Exclusive. */
  readonly to?: bigint | number;
  /** Default: 1000. */
  readonly limit?: number;
  /** How many bytes to give before and after each hit; default 0. */
  readonly contextInBytes?: number;
  /**
   * Threads that search a large dump; default 1. They open the files again, only with the plug-ins
   * that come with vmcorekit. `statistics` does not count what they read.
   */
  readonly workers?: number;
}

/** What was found, and what could not be searched. */
export interface Found extends Omit<Matches, 'addresses'> {
  /** In ascending order of their addresses in the space searched. */
  readonly hits: readonly FoundPlace[];
}

const usualLimit = 1000;

/** Searches a dump as `OpenedDump.find` says. `kernelFor` gives the kernel once there is a hit. */
export async function findIn(
  toolkit: Toolkit,
  dump: Dump,
  wanted: Wanted,
  {
    kernel,
    kernelFor,
    workers,
    ...options
  }: Omit<FindOptions, 'space' | 'workers'> & {
    /** The kernel whose memory is searched; null for physical memory. */
    readonly kernel: Kernel | null;
    readonly kernelFor: () => Promise<Kernel | null>;
    readonly workers: number;
    readonly signal: AbortSignal;
  },
): Promise<Found> {
  const { limit = usualLimit, contextInBytes = 0, signal, onProgress } = options;
  for (const [what, value, least] of [
    ['limit', limit, 1],
    ['contextInBytes', contextInBytes, 0],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least) {
      const allowed = `a whole number from ${least} on`;
      throw new VmcorekitError('usage', { what, got: String(value), allowed });
    }
  }
  const pattern = patternOf(wanted, dump);
  const range = kernel === null ? undefined : kernelRange(kernel);
  const from = options.from === undefined ? range?.start : BigInt(options.from);
  const to = options.to === undefined ? range?.end : BigInt(options.to);
  const driving = { signal, ...(onProgress === undefined ? {} : { onProgress }) };
  const request = {
    pattern,
    limit,
    ...(kernel === null ? {} : { root: kernel.root }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const { addresses, ...matches } =
    (await findInThreads(dump, request, workers, driving)) ??
    (await toolkit.find(dump, request, driving));
  const places = {
    kernel: addresses.length === 0 ? null : await kernelFor(),
    space: kernel?.memory ?? null,
    lengthInBytes: pattern.bytes.length,
    contextInBytes,
  };
  return { ...matches, hits: await toolkit.placesOf(dump, { addresses }, places, driving) };
}

function patternOf(wanted: Wanted, { image: { byteOrder } }: Dump): FindPattern {
  if ('text' in wanted) {
    const { text, isUtf16 = false, ignoresCase = false } = wanted;
    return textPattern(text, { ignoresCase, ...(isUtf16 ? { utf16: byteOrder } : {}) });
  }
  if ('bytes' in wanted && wanted.bytes instanceof Uint8Array) {
    return bytesPattern(wanted.bytes);
  }
  if (!('number' in wanted)) {
    throw new VmcorekitError('usage', {
      what: 'what to find',
      got: Object.keys(wanted).join(', '),
      allowed: 'text, a number, or bytes as a Uint8Array',
    });
  }
  const { number, sizeInBytes = 8, isAligned = true } = wanted;
  return numberPattern(BigInt(number), sizeInBytes, byteOrder, isAligned);
}
