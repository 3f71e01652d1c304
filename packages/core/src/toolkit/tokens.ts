import type { InjectionToken } from 'tsyringe';
import type { Analyzer } from '../analyzer.ts';
import type { Architecture } from '../architecture.ts';
import type { Compressor } from '../compressor.ts';
import type { Container } from '../container.ts';
import type { DumpFormat } from '../dump-format.ts';
import type { Heuristic } from '../heuristic.ts';
import type { PageFilter } from '../page-filter.ts';
import type { Plugin } from '../plugin.ts';
import type { SymbolSource } from '../symbol-source.ts';
import type { Witness } from '../witness.ts';

/** What each extension point holds, by its key in a `Plugin`. */
export interface Contributions {
  formats: DumpFormat;
  containers: Container;
  compressors: Compressor;
  architectures: Architecture;
  symbolSources: SymbolSource;
  heuristics: Heuristic;
  witnesses: Witness;
  pageFilters: PageFilter;
  analyzers: Analyzer;
}

export type ExtensionPoint = keyof Contributions & keyof Plugin;

/** The singular word of each extension point, for messages; its keys are all extension points. */
export const extensionPoints: Readonly<Record<ExtensionPoint, string>> = {
  formats: 'format',
  containers: 'container',
  compressors: 'compressor',
  architectures: 'architecture',
  symbolSources: 'symbol source',
  heuristics: 'heuristic',
  witnesses: 'witness',
  pageFilters: 'page filter',
  analyzers: 'analyzer',
};

const tokens = Object.fromEntries(Object.keys(extensionPoints).map((point) => [point, Symbol(point)])) as Readonly<
  Record<ExtensionPoint, symbol>
>;

/** The container token under which all contributions to an extension point are registered. */
export function tokenOf<Point extends ExtensionPoint>(point: Point): InjectionToken<Contributions[Point]> {
  return tokens[point];
}
