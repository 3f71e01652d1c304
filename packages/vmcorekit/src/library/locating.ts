import type { ByteSource, Kernel, LocatedKernel, SymbolTable, Verdict } from '@vmcorekit/core';
import type { LocateOptions as SearchedBy, Toolkit } from '@vmcorekit/engine';
import { interruptingGuard } from '@vmcorekit/node';
import type { WorkOptions } from './work-options.ts';

/** How to search for the kernel. Every field is optional. */
export interface LocateOptions
  extends Omit<SearchedBy, 'guard' | 'symbolFiles' | 'onlyBecause'>,
    WorkOptions {
  /**
   * System.map, vmlinux, vmlinuz or ISF files: a path, the bytes, or a table. A file of another
   * kernel is refused, and listed in `refusedSymbols`.
   */
  readonly symbols?: readonly (string | ByteSource | SymbolTable)[];
}

/** The verdict, and the kernel that it opens. */
export interface LocateResult extends Omit<Verdict, 'kernel'> {
  /**
   * Ready to read. Null if none was found, nothing maps its memory, or the file failed
   * (`sourceFailure` of the dump).
   */
  readonly kernel: Kernel | null;
  /** Where the kernel lies; null if none was found. */
  readonly located: LocatedKernel | null;
  /** As analyzers and reports take it. */
  readonly verdict: Verdict;
}

/**
 * Opens the symbol files, and gives the options as the search takes them. Adds to `opened` what the
 * caller must close, also where it throws: `io`, and what reading symbols throws.
 */
export async function searchOf(
  toolkit: Toolkit,
  { symbols = [], signal: _signal, onProgress: _onProgress, ...search }: LocateOptions,
  opened: SymbolTable[],
): Promise<SearchedBy> {
  const symbolFiles: SymbolTable[] = [];
  for (const each of symbols) {
    if (typeof each !== 'string' && !('readInto' in each)) {
      symbolFiles.push(each);
      continue;
    }
    const source = typeof each === 'string' ? await toolkit.openSource(each) : each;
    const table = await toolkit.openSymbols(source);
    opened.push(table);
    symbolFiles.push(table);
  }
  return { ...search, symbolFiles, guard: interruptingGuard };
}
