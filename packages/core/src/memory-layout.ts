import type { Place } from './evidence.ts';
import type { FileOffset, PhysicalAddress } from './spaces.ts';

/** A stretch of a file, and where its bytes lie in physical memory. */
export interface PlacedBytes {
  readonly address: PhysicalAddress;
  readonly lengthInBytes: number;
  readonly fileOffset: FileOffset;
}

/**
 * What says where memory lies. `told`: the user, or the file's container. `stated`: a table in the
 * memory itself, like the firmware's list of RAM. `assumed`: it is how programs and machines
 * usually lay out memory.
 */
export type LayoutBasis = 'told' | 'stated' | 'assumed';

/** One way in which the bytes of a file may lie in physical memory. */
export interface MemoryLayout {
  /** In a few words, for people: `RAM from 0x0 to 0x80000000, and from 0x100000000 on`. */
  readonly name: string;
  /** Ascending by address, disjoint. */
  readonly placed: readonly PlacedBytes[];
  readonly basis: LayoutBasis;
  /** Why it may lie so: one phrase, for people. */
  readonly because: string;
  /** Where that is stated; empty where it is assumed. */
  readonly at: readonly Place[];
  /** The architectures whose machines have it, by name; null for any. */
  readonly architectures: readonly string[] | null;
}
