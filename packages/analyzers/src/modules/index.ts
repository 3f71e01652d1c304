export { mod } from './mod.ts';
export type { ModDetails, ModHidden, ModModule, ModReport } from './mod-report.ts';
export { sym } from './sym.ts';
export type { SymReport, SymSymbol } from './sym-report.ts';
