import type { ByteState } from '@vmcorekit/core';
import type { TextAndJson } from './dump-calls.ts';

/** What is asked of memory. */
export interface MemoryCalls {
  read: { readonly given: ReadRequest; readonly answer: MemoryWindow };
  /** The address that a text names: a number, a symbol, or a symbol with an offset. */
  place: { readonly given: { readonly text: string }; readonly answer: Place };
  /** The page-table walk of an address. */
  translate: { readonly given: { readonly address: bigint }; readonly answer: TextAndJson };
}

export type Space = 'physical' | 'virtual';

export interface ReadRequest {
  readonly space: Space;
  readonly address: bigint;
  /** At most 64 KiB. */
  readonly lengthInBytes: number;
}

/** Stretches of memory, ascending and without gaps. */
export interface MemoryWindow {
  readonly address: bigint;
  readonly stretches: readonly MemoryStretch[];
}

export interface MemoryStretch {
  readonly address: bigint;
  readonly lengthInBytes: number;
  readonly state: ByteState | 'unmapped';
  /** Null where nothing can be read; `because` then says why. */
  readonly bytes: Uint8Array | null;
  readonly because: string | null;
}

export interface Place {
  readonly address: bigint;
  readonly space: Space;
}
