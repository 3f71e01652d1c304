import type { KernelClaim, KernelView, SymbolTable, Testimony, Witness } from '@vmcorekit/core';
import { matchSymbols } from '../symbol-match.ts';

/**
 * Compares the user's symbol files with the kernel seen through the candidate's page tables. A
 * match proves the KASLR offset. A file of another kernel is reported and has no other effect: the
 * dump may hold several kernels, so it is no reason to doubt this one.
 */
export const symbolFiles: Witness = {
  name: 'symbol-files',
  summary: "compares given symbol files with the kernel's own symbols, banner and build ID",
  architectures: 'any',
  *testify({ symbolFiles: files }, { kernel, claim }) {
    if (kernel !== null) {
      for (const file of files) {
        yield* testimonyOf(kernel, claim, file);
      }
    }
  },
};

function* testimonyOf(
  { dump, memory, symbols }: KernelView,
  { textVirtualAddress }: KernelClaim,
  file: SymbolTable,
): Generator<Testimony, void, void> {
  const { layout } = dump;
  const own = symbols.size === 0 ? undefined : symbols;
  if (layout === null || (own === undefined && textVirtualAddress === undefined)) {
    return;
  }
  const match = matchSymbols(file, own, memory, textVirtualAddress, layout);
  const common = { evidence: 'symbols', isThroughPageTables: true, at: [] } as const;
  if ('undecided' in match) {
    const because = `${file.from}: cannot be compared with this kernel: ${match.undecided}`;
    yield { ...common, stance: 'against', strength: 'hint', claim: {}, because };
    return;
  }
  const about = {
    ...common,
    symbolFile: { from: file.from, refused: 'refused' in match ? match.refused : null },
  };
  if ('identified' in match) {
    const because = `${file.from} has the kernel's own ${match.identified}`;
    yield { ...about, stance: 'for', strength: 'proof', claim: {}, because };
    return;
  }
  yield 'refused' in match
    ? {
        ...about,
        stance: 'against',
        strength: 'weak',
        claim: {},
        because: `${file.from}: these symbols are not this kernel's: ${match.refused}`,
      }
    : {
        ...about,
        stance: 'for',
        strength: 'proof',
        claim: file.addresses === 'link' ? { kaslrOffset: match.offset } : {},
        because: `${file.from} has every symbol at one distance from the kernel's own, and so its banner`,
      };
}
