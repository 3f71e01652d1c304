import type { Compressor } from '@vmcorekit/core';

/** How often a codec was called, and how long it took. */
export interface Timing {
  pages: number;
  milliseconds: number;
}

/**
 * Wraps another codec and times it. It serves the same method under its own name, so formats get it
 * where it is registered first.
 */
export function timed(codec: Compressor): {
  readonly compressor: Compressor;
  readonly timing: Timing;
} {
  const timing: Timing = { pages: 0, milliseconds: 0 };
  const compressor: Compressor = {
    name: `${codec.name}-timed`,
    method: codec.method,
    isAvailable: () => codec.isAvailable(),
    prepare: async () => codec.prepare?.(),
    decode(input, output) {
      const start = performance.now();
      try {
        return codec.decode(input, output);
      } finally {
        timing.pages += 1;
        timing.milliseconds += performance.now() - start;
      }
    },
  };
  return { compressor, timing };
}
