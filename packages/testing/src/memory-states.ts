import type { DumpImage } from '@vmcorekit/core';

/** Each piece of memory up to an address as `STATE START-END`. */
export function statesOf({ memory }: DumpImage, to: number): string[] {
  return Array.from(
    memory.pieces(0, to),
    ({ start, end, state }) => `${state} ${start.toString(16)}-${end.toString(16)}`,
  );
}
