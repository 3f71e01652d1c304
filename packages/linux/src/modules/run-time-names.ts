import {
  isUnreadable,
  isVmcorekitError,
  type Kernel,
  type KernelModule,
  type KernelSymbol,
  type LookUp,
  lowestIndex,
  type VirtualAddress,
} from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { madeCode } from './code-outside-files.ts';
import { modulesOrNone } from './kernel-modules.ts';
import { type ModuleSymbols, moduleSymbols } from './module-symbols.ts';

/** A piece of memory with a name, or of a module whose symbols name it. */
interface Piece {
  readonly start: VirtualAddress;
  readonly end: VirtualAddress;
  readonly of: KernelModule | KernelSymbol;
}

/** The names of code that the kernel loaded or made while it ran, read once. */
export const runTimeNamesOf: (kernel: Kernel) => RunTimeNames = perKernel(
  (kernel: Kernel) => new RunTimeNames(kernel),
);

/**
 * Names of everything outside the kernel's own image: modules, BPF programs, trampolines. Reads the
 * modules when first asked, and the symbols of a module when an address lies in it.
 */
export class RunTimeNames {
  readonly #kernel: Kernel;
  readonly #tables: Map<KernelModule, ModuleSymbols | null> = new Map();
  #modules: readonly KernelModule[] | undefined;
  #pieces: readonly Piece[] | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The symbols of a module; undefined where the kernel keeps none. */
  tableOf(module: KernelModule): ModuleSymbols | undefined {
    let table = this.#tables.get(module);
    if (table === undefined) {
      table = moduleSymbols(this.#kernel, module) ?? null;
      this.#tables.set(module, table);
    }
    return table ?? undefined;
  }

  find(name: string, module: string): KernelSymbol | undefined {
    for (const each of this.#allModules()) {
      const symbol = each.name === module ? this.tableOf(each)?.find(name) : undefined;
      if (symbol !== undefined) {
        return symbol;
      }
    }
    return this.#allPieces()
      .map(({ of }) => of)
      .find((of): of is KernelSymbol => 'module' in of && of.name === name && of.module === module);
  }

  /** Code that the kernel made: BPF programs, trampolines. Ascending. */
  made(): KernelSymbol[] {
    return this.#allPieces().flatMap(({ of }) => ('module' in of ? of : []));
  }

  at(address: VirtualAddress, lookUp: LookUp = 'exact'): KernelSymbol | undefined {
    const inside = lookUp === 'return' ? address - 1n : address;
    const pieces = this.#allPieces();
    const index = lowestIndex(pieces.length, (at) => (pieces[at]?.start ?? 0n) <= inside) - 1;
    const piece = pieces[index];
    if (piece === undefined || inside >= piece.end) {
      return undefined;
    }
    return 'module' in piece.of ? piece.of : this.tableOf(piece.of)?.at(address, lookUp);
  }

  #allModules(): readonly KernelModule[] {
    this.#modules ??= modulesOrNone(this.#kernel);
    return this.#modules;
  }

  /** Ascending; none begins before the one before it. */
  #allPieces(): readonly Piece[] {
    this.#pieces ??= [...this.#ofModules(), ...this.#ofMadeCode()].sort((one, other) =>
      one.start < other.start ? -1 : one.start > other.start ? 1 : 0,
    );
    return this.#pieces;
  }

  *#ofModules(): Generator<Piece, void, void> {
    for (const module of this.#allModules()) {
      for (const { base, sizeInBytes } of module.memory) {
        yield { start: base, end: base + BigInt(sizeInBytes), of: module };
      }
    }
  }

  *#ofMadeCode(): Generator<Piece, void, void> {
    try {
      for (const symbol of madeCode(this.#kernel)) {
        const { address, sizeInBytes } = symbol;
        yield { start: address, end: address + BigInt(sizeInBytes ?? 0), of: symbol };
      }
    } catch (error) {
      if (!isUnreadable(error) && !isVmcorekitError(error, 'unknown-name')) {
        throw error;
      }
    }
  }
}
