import type { VirtualAddress } from './spaces.ts';

/** A range of memory that belongs to a module: `text`, `data`, `rodata`, `init.text`, …. */
export interface ModuleMemory {
  readonly kind: string;
  readonly base: VirtualAddress;
  readonly sizeInBytes: number;
}

/** `coming`: its own initialization runs. `unformed`: its parts are still being put together. */
export type ModuleState = 'live' | 'coming' | 'going' | 'unformed';

/** Where a kernel keeps track of its modules. */
export type ModuleView = 'modules' | 'kset' | 'text' | 'btf';

/** A loaded module. Null means "not proved". */
export interface KernelModule {
  /** Of its `struct module`. */
  readonly address: VirtualAddress;
  readonly name: string;
  /** As /proc/modules shows it: of its text, or of all its core memory. */
  readonly base: VirtualAddress | null;
  /** The sum of its memory, as /proc/modules shows it. */
  readonly sizeInBytes: number | null;
  readonly state: ModuleState | null;
  /** As /proc/modules counts them; null also for a kernel without unloading. */
  readonly uses: number | null;
  /** The names of the modules that use it, in the order of /proc/modules. */
  readonly usedBy: readonly string[] | null;
  /** Letters, as the kernel prints them: `POE`. */
  readonly taints: string | null;
  readonly memory: readonly ModuleMemory[];
  /** In lower-case hexadecimal. Getting it may read memory. */
  readonly buildId: string | null;
  /**
   * Where it was found: `modules` (the kernel's list), `kset` (what sysfs shows), `text` (the tree
   * by which the kernel finds a module's code), `btf` (the modules with types).
   */
  readonly seenBy: readonly ModuleView[];
  /** What spoke against it, a sentence each. */
  readonly doubts: readonly string[];
}
