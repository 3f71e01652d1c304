import type { VirtualAddress } from './spaces.ts';

/** One symbol of a kernel. */
export interface KernelSymbol {
  readonly name: string;
  readonly address: VirtualAddress;
  /** As `nm` prints it: `T`, `t`, `D`, `B`, `A`, …; null where the source has none. */
  readonly type: string | null;
  /**
   * To the next symbol, or as the source says; null where neither is known. Asked for, it may read.
   */
  readonly sizeInBytes: number | null;
  /** The module it belongs to; null for the kernel itself. */
  readonly module: string | null;
}

/**
 * How an address is looked up. `exact` finds the symbol that holds it. `return` is for an address
 * to return to, which may lie right after the function that called: the byte before decides.
 */
export type LookUp = 'exact' | 'return';

/** Kernel symbols, wherever from. Iterates over all of them, ascending by address. */
export interface SymbolTable extends Iterable<KernelSymbol> {
  /**
   * `System.map`, `vmlinux`, `kallsyms`, …: how messages name the source, with the file where there
   * is one.
   */
  readonly from: string;
  /** `link`: as linked, without the KASLR offset. `runtime`: as the running kernel has them. */
  readonly addresses: 'link' | 'runtime';
  /** How many symbols. */
  readonly size: number;
  /**
   * The first symbol of that name, in the kernel or in the module named; undefined where there is
   * none.
   */
  find(name: string, module?: string): KernelSymbol | undefined;
  /**
   * The symbol that holds an address: of several at one address the one that the kernel prints
   * (`aliasRank`). Undefined for an address outside every range of the kernel and its modules.
   */
  at(address: VirtualAddress, lookUp?: LookUp): KernelSymbol | undefined;
  /** The kernel's own banner (`Linux version …`), where the source holds it. */
  readonly banner?: string;
  /** The GNU build ID in lower-case hexadecimal, where the source holds it. */
  readonly buildId?: string;
  /** The types of the kernel as BTF, where the source holds them (a vmlinux's section `.BTF`). */
  readonly btf?: Uint8Array;
}

/** How large a BTF may be: a kernel's has 3 to 6 MB; what is larger by far is none. */
export const btfLimitInBytes: number = 64 * 1024 * 1024;

/** Of a kernel that keeps no symbols, or whose symbols cannot be had. */
export const noSymbols: SymbolTable = {
  from: 'none',
  addresses: 'runtime',
  size: 0,
  find: () => undefined,
  at: () => undefined,
  *[Symbol.iterator]() {},
};
