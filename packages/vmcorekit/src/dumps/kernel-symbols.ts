import { type Dump, type KernelMemory, type LocatedKernel, noSymbols, type SymbolTable, type Verdict } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import { bannerAt, MovedSymbols } from '@vmcorekit/linux';

/**
 * The symbols of the kernel found, at run-time addresses: its own, or else those of the first file given that is of it. A file is where
 * the KASLR offset moves it to, and the kernel's banner stands where it says. `noSymbols` where there is none.
 */
export async function symbolsOf(
  toolkit: Toolkit,
  dump: Dump,
  verdict: Verdict,
  memory: KernelMemory,
  files: readonly SymbolTable[],
): Promise<SymbolTable> {
  const { kernel } = verdict;
  const own = kernel === null ? undefined : (await toolkit.openKernel(dump, verdict))?.symbols;
  if (kernel === null || (own !== undefined && own.size > 0)) {
    return own ?? noSymbols;
  }
  const refused = new Set(verdict.refusedSymbols.map(({ file }) => file));
  return (
    files
      .filter(({ from }) => !refused.has(from))
      .map((file) => atRunTime(file, kernel))
      .find((symbols) => symbols !== undefined && isOfKernel(symbols, memory, kernel)) ?? noSymbols
  );
}

function atRunTime(file: SymbolTable, { kaslrOffset }: LocatedKernel): SymbolTable | undefined {
  return file.addresses === 'runtime' ? file : kaslrOffset === null ? undefined : new MovedSymbols(file, BigInt(kaslrOffset));
}

function isOfKernel(symbols: SymbolTable, memory: KernelMemory, { banner }: LocatedKernel): boolean {
  const address = symbols.find('linux_banner')?.address;
  const read = address === undefined ? undefined : bannerAt(memory, address);
  return read !== undefined && (banner === null || read === banner);
}
