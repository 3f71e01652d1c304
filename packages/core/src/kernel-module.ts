import type { VirtualAddress } from './spaces.ts';

/** A range of memory that belongs to a module: `text`, `data`, `rodata`, `init.text`, …. */
export interface ModuleMemory {
  readonly kind: string;
  readonly base: VirtualAddress;
  readonly sizeInBytes: number;
}

/** A loaded module. Null means "not proved". */
export interface KernelModule {
  /** Of its `struct module`. */
  readonly address: VirtualAddress;
  readonly name: string;
  /** As /proc/modules shows it: of its text, or of all its core memory. */
  readonly base: VirtualAddress | null;
  /** The sum of its memory, as /proc/modules shows it. */
  readonly sizeInBytes: number | null;
  readonly state: 'live' | 'coming' | 'going' | 'unformed' | null;
  readonly memory: readonly ModuleMemory[];
  /** In lower-case hexadecimal. */
  readonly buildId: string | null;
  /** How it was found and confirmed: `modules` (the list), `kset`, `text`. */
  readonly seenBy: readonly string[];
  /** What spoke against it, a sentence each. */
  readonly doubts: readonly string[];
}
