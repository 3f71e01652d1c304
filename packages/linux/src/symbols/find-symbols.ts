import type { Kernel, KernelSymbol } from '@vmcorekit/core';
import { modulesOrNone } from '../modules/kernel-modules.ts';
import { runTimeNamesOf } from '../modules/run-time-names.ts';

/**
 * Every symbol of that name: the kernel's own, then those of its modules. With a module's name,
 * only those of that module.
 */
export function* symbolsNamed(
  kernel: Kernel,
  name: string,
  module?: string,
): Generator<KernelSymbol, void, void> {
  if (module === undefined) {
    yield* ownSymbolsNamed(kernel, name);
  }
  for (const each of modulesOrNone(kernel)) {
    if (module === undefined || each.name === module) {
      yield* runTimeNamesOf(kernel).tableOf(each)?.findAll(name) ?? [];
    }
  }
}

/** Every symbol of the kernel itself and of its modules. */
export function* allSymbols(kernel: Kernel): Generator<KernelSymbol, void, void> {
  yield* kernel.symbols;
  for (const module of modulesOrNone(kernel)) {
    yield* runTimeNamesOf(kernel).tableOf(module) ?? [];
  }
}

function* ownSymbolsNamed({ symbols }: Kernel, name: string): Generator<KernelSymbol, void, void> {
  if (symbols.findAll !== undefined) {
    yield* symbols.findAll(name);
    return;
  }
  for (const symbol of symbols) {
    if (symbol.name === name) {
      yield symbol;
    }
  }
}
