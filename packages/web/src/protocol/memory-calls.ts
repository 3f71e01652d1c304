import type { ByteOrder, ByteState, PageState } from '@vmcorekit/core';
import type { TextAndJson } from './dump-calls.ts';

/** What is asked of memory. */
export interface MemoryCalls {
  read: { readonly given: ReadRequest; readonly answer: MemoryWindow };
  /** What a hex view must know before it reads. */
  memoryShape: { readonly given: object; readonly answer: MemoryShape };
  /** Where physical memory has bytes: 512 equal parts, from 0 to its end. */
  memoryOverview: { readonly given: object; readonly answer: readonly OverviewCell[] };
  /** What is known of one byte, apart from its value. */
  byteAt: { readonly given: AddressInSpace; readonly answer: ByteFacts };
  /** The end of an empty stretch: the nearest byte of memory that the dump has, beyond a gap. */
  nextHeld: { readonly given: HeldRequest; readonly answer: { readonly address: bigint | null } };
  /** The address that a text names: a number, a symbol, or a symbol with an offset. */
  place: { readonly given: PlaceRequest; readonly answer: Place };
  /** The page-table walk of an address. */
  translate: { readonly given: { readonly address: bigint }; readonly answer: WalkAnswer };
}

/** The answer of `translate`. */
export interface WalkAnswer extends TextAndJson {
  readonly walk: Walk;
}

/** What is drawn of a walk. */
export interface Walk {
  /** Of the top table; null for memory that is mapped without tables. */
  readonly rootAddress: number | null;
  /** Top first. */
  readonly entries: readonly WalkStep[];
  readonly physicalAddress: number;
  /** Null where the dump has no table that says it. */
  readonly mappingSizeInBytes: number | null;
  readonly isWritable: boolean | null;
  readonly isExecutable: boolean | null;
  readonly isUser: boolean | null;
  readonly pageState: PageState;
}

export interface WalkStep {
  readonly level: number;
  readonly index: number;
  readonly at: number;
  readonly value: bigint;
  readonly leadsTo: number;
  /** The names of its bits, where the machine's are known: only of the lowest tables. */
  readonly flags: readonly string[];
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

/** The state that most of a part of memory has, as far as a few samples say. */
export type OverviewCell = ByteState;

export interface AddressInSpace {
  readonly space: Space;
  readonly address: bigint;
}

export interface PlaceRequest {
  readonly text: string;
  /** The space of a number. */
  readonly space: Space;
}

/** A place that a user named. */
export type Place = AddressInSpace;

export interface MemoryShape {
  /** Of the kernel; of the file where no kernel was found. */
  readonly byteOrder: ByteOrder;
  readonly wordSizeInBits: 32 | 64;
  readonly pageSizeInBytes: number;
  /** Where the physical memory begins and ends that the dump says exists. */
  readonly physicalStart: bigint;
  readonly physicalEnd: bigint;
  /** Where the kernel's image begins; null where virtual memory cannot be read. */
  readonly virtualStart: bigint | null;
}

export interface ByteFacts {
  /** As the kernel prints it: `init_task+0x10/0x1a00`; null where none is known. */
  readonly symbol: string | null;
  /** Null where a virtual address is not mapped, or a table on the way cannot be read. */
  readonly physicalAddress: bigint | null;
  /** Of the page that holds the byte; null where `physicalAddress` is. */
  readonly pageState: PageState | null;
  /** Where the byte lies in the file, if it lies there as it is. */
  readonly fileOffset: number | null;
}

export interface HeldRequest extends AddressInSpace {
  readonly direction: 'next' | 'previous';
}
