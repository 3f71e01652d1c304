import type { JsonObject } from '@vmcorekit/report';
import type { Space } from './memory-calls.ts';

/** What is asked of a search through memory. */
export interface FindCalls {
  /** The answer of `find`. Reports progress, and ends where its caller cancels it. */
  find: { readonly given: FindQuery; readonly answer: Found };
}

export type FindKind = 'text' | 'bytes' | 'u8' | 'u16' | 'u32' | 'u64' | 'pointer';

export interface FindQuery {
  readonly space: Space;
  readonly kind: FindKind;
  /** The text itself; bytes in hexadecimal; a number, an address or a symbol. */
  readonly wanted: string;
  /** Of a text. */
  readonly ignoresCase: boolean;
  readonly isUtf16: boolean;
  /** Of a number: also where the address is no multiple of its size. */
  readonly isUnaligned: boolean;
  /** Addresses to begin at and to end before; of virtual memory also symbols. Empty for none. */
  readonly from: string;
  readonly to: string;
  /** At most 10,000 hits. */
  readonly limit: number;
}

export interface Found {
  /** How many hits of what, as `find` says it. */
  readonly headline: string;
  /** What was not searched. */
  readonly notes: readonly string[];
  readonly hits: readonly Hit[];
  /** Whether more are there than were asked for. */
  readonly isLimited: boolean;
  /** The answer of `find --json`. */
  readonly json: JsonObject;
}

export interface Hit {
  /** In the space that was searched. */
  readonly address: bigint;
  readonly physicalAddress: bigint | null;
  /** Where the kernel maps it; at most 16. */
  readonly virtualAddresses: readonly bigint[];
  /** As the kernel prints it; null where none is known. */
  readonly symbol: string | null;
  /** The match, and what can be read around it. */
  readonly context: { readonly address: bigint; readonly bytes: Uint8Array };
}
