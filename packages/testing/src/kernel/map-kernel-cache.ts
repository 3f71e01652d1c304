import type { KernelCache } from '@vmcorekit/core';

/** Keeps parts of kernels in memory, by `BUILDID PART`. A test may change what it returns. */
export class MapKernelCache implements KernelCache {
  readonly kept: Map<string, Uint8Array> = new Map();

  load(buildId: string, part: string): Uint8Array | undefined {
    return this.kept.get(`${buildId} ${part}`);
  }

  store(buildId: string, part: string, bytes: Uint8Array): void {
    this.kept.set(`${buildId} ${part}`, bytes);
  }
}
