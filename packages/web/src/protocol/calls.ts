import type { AnalysisCalls } from './analysis-calls.ts';
import type { DumpCalls } from './dump-calls.ts';
import type { FindCalls } from './find-calls.ts';
import type { MemoryCalls } from './memory-calls.ts';
import type { PluginCalls } from './plugin-calls.ts';
import type { ScanCalls } from './scan-calls.ts';
import type { WritingCalls } from './writing-calls.ts';

/**
 * What the page asks of the worker. All of it is plain data, which the browser clones. An answer is
 * JSON as the command prints it, or text as the command shows it, so that both say the same.
 */
export interface Calls
  extends AnalysisCalls,
    DumpCalls,
    FindCalls,
    MemoryCalls,
    PluginCalls,
    ScanCalls,
    WritingCalls {}

export type CallName = keyof Calls;
