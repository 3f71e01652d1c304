import type { AddressSpace } from './address-space.ts';
import type { MappedRun } from './architecture.ts';
import type { ByteSource } from './byte-source.ts';
import type { Dump } from './dump.ts';
import type { FileClaim, FileHead } from './opening.ts';
import type { VirtualAddress } from './spaces.ts';

/** Kernel symbols, wherever from. */
export interface SymbolTable {
  /** `System.map`, `vmlinux`, `kallsyms`, …: how messages name the source, with the file where there is one. */
  readonly from: string;
  /** `link`: as linked, without the KASLR offset. `runtime`: as the running kernel has them. */
  readonly addresses: 'link' | 'runtime';
  /** The first symbol of that name, or undefined. */
  addressOf(name: string): VirtualAddress | undefined;
  /** The symbol at or below an address, for printing. */
  nearest?(address: VirtualAddress): { readonly name: string; readonly address: VirtualAddress } | undefined;
  /** The kernel's own banner (`Linux version …`), where the source holds it. */
  readonly banner?: string;
  /** The GNU build ID in lower-case hexadecimal, where the source holds it. */
  readonly buildId?: string;
  /** How many symbols. */
  readonly size: number;
}

/** Reads symbols: out of a file, or out of a dump's own memory. Implements one of the two. */
export interface SymbolSource {
  readonly name: string;
  readonly summary: string;
  /** Why a file is this kind of symbol file, or undefined. */
  probe?(file: FileHead): FileClaim | undefined;
  /** Reads the file. Takes over the source. Throws `truncated`, `malformed`, or `unsupported` (a stripped vmlinux). */
  open?(source: ByteSource): SymbolTable;
  /**
   * Looks for symbols in a kernel image seen through its page tables. `runs` are the image's mapped runs. Yields while it works, so a
   * caller can stop it. Undefined where there are none.
   */
  carve?(dump: Dump, space: AddressSpace, runs: readonly MappedRun[]): Generator<void, SymbolTable | undefined, void>;
}
