import type { Analyzer } from './analyzer.ts';
import type { Architecture } from './architecture.ts';
import type { Compressor } from './compressor.ts';
import type { Container } from './container.ts';
import type { Disassembler } from './disassembler.ts';
import type { DumpFormat } from './dump-format.ts';
import type { Heuristic } from './heuristic.ts';
import type { KernelLayout } from './kernel-layout.ts';
import type { PageFilter } from './page-filter.ts';
import type { SourceOpener } from './source-opener.ts';
import type { SymbolCarver, SymbolFile } from './symbol-readers.ts';
import type { Unwinder } from './unwinder.ts';
import type { Witness } from './witness.ts';

/** What a plug-in contributes: plain data, in order of preference. */
export interface Plugin {
  /** The package's name, or the user's own. */
  readonly name: string;
  readonly sources?: readonly SourceOpener[];
  readonly formats?: readonly DumpFormat[];
  readonly containers?: readonly Container[];
  readonly compressors?: readonly Compressor[];
  readonly architectures?: readonly Architecture[];
  readonly kernelLayouts?: readonly KernelLayout[];
  readonly symbolFiles?: readonly SymbolFile[];
  readonly symbolCarvers?: readonly SymbolCarver[];
  readonly unwinders?: readonly Unwinder[];
  readonly disassemblers?: readonly Disassembler[];
  readonly heuristics?: readonly Heuristic[];
  readonly witnesses?: readonly Witness[];
  readonly pageFilters?: readonly PageFilter[];
  readonly analyzers?: readonly Analyzer[];
}

/** Gives a plug-in its type; returns it unchanged. */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}

/** The type of each extension point, by its key in a `Plugin`. */
export interface Contributions {
  sources: SourceOpener;
  formats: DumpFormat;
  containers: Container;
  compressors: Compressor;
  architectures: Architecture;
  kernelLayouts: KernelLayout;
  symbolFiles: SymbolFile;
  symbolCarvers: SymbolCarver;
  unwinders: Unwinder;
  disassemblers: Disassembler;
  heuristics: Heuristic;
  witnesses: Witness;
  pageFilters: PageFilter;
  analyzers: Analyzer;
}

export type ExtensionPoint = keyof Contributions & keyof Plugin;

/** The singular word for each extension point, for messages. Its keys list all extension points. */
export const extensionPoints: Readonly<Record<ExtensionPoint, string>> = {
  sources: 'source opener',
  formats: 'format',
  containers: 'container',
  compressors: 'compressor',
  architectures: 'architecture',
  kernelLayouts: 'kernel layout',
  symbolFiles: 'symbol file format',
  symbolCarvers: 'symbol carver',
  unwinders: 'unwinder',
  disassemblers: 'disassembler',
  heuristics: 'heuristic',
  witnesses: 'witness',
  pageFilters: 'page filter',
  analyzers: 'analyzer',
};
