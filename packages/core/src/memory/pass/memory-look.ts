import type { PhysicalMemory } from '../../physical-memory.ts';
import type { PhysicalAddress } from '../../spaces.ts';

/** A stretch of stored memory. */
export interface Stretch {
  /** Of its first byte. It begins a 4 KiB page, unless the memory stored begins within that. */
  readonly address: PhysicalAddress;
  /** The offset of the first 4 KiB page that begins in it; its length where none does. */
  readonly firstPage: number;
  /** Valid during the call. Whole pages of 4 KiB, unless the memory stored ends within one. */
  readonly bytes: Uint8Array;
  /** The same bytes as words of this computer, without a rest at the end. */
  readonly words: Uint32Array;
  /** Whether all of them are zero. Stretches of zeros are seen, too. */
  readonly isZero: boolean;
}

/** Adds what it sees in a stretch to `found`. It reads no memory: another search may be paying. */
export type LookAtStretch<Found> = (stretch: Stretch, found: Found[]) => void;

/**
 * What a search looks for in all stored memory. Searches whose looks join one pass read it once.
 * Looks are known by their identity: make one constant of each.
 */
export interface MemoryLook<Found> {
  /** What the progress says: `searching memory for symbols`. */
  readonly doing: string;
  /** Prepares a look at this memory. Stretches come in ascending order. */
  begin(memory: PhysicalMemory): LookAtStretch<Found>;
}

/** A look for anything. */
export type AnyMemoryLook = MemoryLook<never>;
