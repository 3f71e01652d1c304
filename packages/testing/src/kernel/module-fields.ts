import type { TypeTable } from '@vmcorekit/core';
import type { SparseMemory } from '../sparse-memory.ts';
import type { ModuleForm } from './module-types.ts';

/** A symbol of a module, at an offset in its text. */
export interface BuiltSymbol {
  readonly name: string;
  readonly at: number;
  readonly letter?: string;
  readonly isGlobal?: boolean;
}

/** A parameter: the address of its operations, and of its value. */
export interface BuiltParameter {
  readonly name: string;
  readonly operations: bigint;
  readonly argument: bigint;
}

export interface BuiltModuleFields {
  readonly name: string;
  /** The size of its text and of its data, whole pages; 4096 each. */
  readonly textInBytes?: number;
  readonly dataInBytes?: number;
  /** The number; 0 is live. */
  readonly state?: number;
  readonly taints?: bigint;
  /** `refcnt`, one more than the uses. */
  readonly refcount?: number;
  /** Indices of modules that use it. */
  readonly usedBy?: readonly number[];
  readonly symbols?: readonly BuiltSymbol[];
  readonly sections?: Readonly<Record<string, bigint>>;
  readonly buildId?: Uint8Array;
  /** False: only the sections lead to the note of the build ID. Default true. */
  readonly hasNotes?: boolean;
  readonly parameters?: readonly BuiltParameter[];
  readonly version?: string;
  readonly args?: string;
  /** The views it is left out of. */
  readonly missingIn?: readonly ('modules' | 'kset' | 'text' | 'btf')[];
}

export interface BuildModulesFields {
  readonly memory: SparseMemory;
  /** The address of the memory's first byte, and where in it everything goes. */
  readonly base: bigint;
  readonly from: number;
  readonly form: ModuleForm;
  /** The same BTF, read. */
  readonly types: TypeTable;
  /** The newest first, as in the list. */
  readonly modules: readonly BuiltModuleFields[];
}

export interface BuiltModules {
  /** The variables to add to the kernel's symbols. */
  readonly symbols: Readonly<Record<string, bigint>>;
  /** The address of each `struct module`. */
  readonly addresses: readonly bigint[];
  /** The address of each module's text, and of its data. */
  readonly texts: readonly bigint[];
  readonly data: readonly bigint[];
  /** The first byte of memory that was not taken. */
  readonly endOffset: number;
}
