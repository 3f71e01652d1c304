import type { Dump, Progress } from '@vmcorekit/core';
import type { Toolkit, Verification } from '@vmcorekit/engine';
import type { WorkOptions } from '../work-options.ts';
import { tallyInThreads } from './tally-in-threads.ts';

export interface VerifyOptions extends WorkOptions {
  /**
   * Threads that read a large dump; default 1. They open the files again, only with the plug-ins
   * that come with vmcorekit. `statistics` does not count what they read.
   */
  readonly workers?: number;
}

/** Verifies a dump, its pages in so many threads if that makes it faster. */
export async function verifyInThreads(
  toolkit: Toolkit,
  dump: Dump,
  workers: number,
  { signal, onProgress }: WorkOptions & { readonly signal: AbortSignal },
): Promise<Verification> {
  const driving = { signal, onProgress: (progress: Progress) => onProgress?.(progress) };
  const elsewhere = await tallyInThreads(dump, workers, driving);
  return await toolkit.verify(dump, driving, elsewhere?.tally);
}
