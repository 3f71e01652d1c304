import type { VirtualAddress } from './spaces.ts';
import type { TypeSource } from './type-source.ts';

/** One symbol of a kernel. */
export interface KernelSymbol {
  readonly name: string;
  readonly address: VirtualAddress;
  /** As `nm` prints it: `T`, `t`, `D`, `B`, `A`, …; null where the source has none. */
  readonly type: string | null;
  /**
   * The distance to the next symbol, or the size the source gives; null where neither is known.
   * Getting it may read memory.
   */
  readonly sizeInBytes: number | null;
  /** The module it belongs to; null for the kernel itself. */
  readonly module: string | null;
}

/**
 * How an address is looked up. `exact` finds the symbol that holds it. `return` is for return
 * addresses: one may lie just after the calling function, so the byte before it decides.
 */
export type LookUp = 'exact' | 'return';

/**
 * Kernel symbols of any source. Iterates over all of them, ascending by address. A file may hold
 * none, only types and the identity of its kernel (a vmlinuz).
 */
export interface SymbolTable extends Iterable<KernelSymbol> {
  /**
   * The name of the source in messages, with the file where there is one: `System.map`, `vmlinux`,
   * `kallsyms`, …
   */
  readonly from: string;
  /** `link`: as linked, without the KASLR offset. `runtime`: as the running kernel has them. */
  readonly addresses: 'link' | 'runtime';
  /** How many symbols. */
  readonly size: number;
  /**
   * The first symbol of that name, in the kernel or in the named module; undefined where there is
   * none.
   */
  find(name: string, module?: string): KernelSymbol | undefined;
  /**
   * The symbol that holds an address. Of several at one address, the one that the kernel prints
   * (`aliasRank`). Undefined for an address outside every range of the kernel and its modules.
   */
  at(address: VirtualAddress, lookUp?: LookUp): KernelSymbol | undefined;
  /**
   * Every symbol of that name in the kernel itself, ascending by address. A table without it can be
   * searched by iterating.
   */
  findAll?(name: string): Iterable<KernelSymbol>;
  /** The kernel's own banner (`Linux version …`), where the source holds it. */
  readonly banner?: string;
  /** The GNU build ID in lower-case hexadecimal, where the source holds it. */
  readonly buildId?: string;
  /** The types of the kernel as BTF, where the source holds them (a vmlinux's section `.BTF`). */
  readonly btf?: Uint8Array;
  /** The types that the source holds in a form other than BTF: ISF, DWARF. */
  readonly types?: TypeSource;
  /** Closes what the source keeps open to read types later; absent where it keeps nothing. */
  [Symbol.dispose]?(): void;
}

/** The largest BTF that is read: a kernel's has 3 to 6 MB, and one far larger is not real. */
export const btfLimitInBytes: number = 64 * 1024 * 1024;

/** Stands for a kernel that keeps no symbols, or whose symbols cannot be read. */
export const noSymbols: SymbolTable = {
  from: 'none',
  addresses: 'runtime',
  size: 0,
  find: () => undefined,
  at: () => undefined,
  *[Symbol.iterator]() {},
};
