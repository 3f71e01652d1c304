import { type Kernel, tryRead } from '@vmcorekit/core';
import type { CallFrameBlock, CallFrameRule } from '../call-frame.ts';
import { trampolinesOf } from './ftrace-trampolines.ts';
import type { OrcEntry } from './orc-entry.ts';
import type { OrcTables } from './orc-tables.ts';

/** The rules of tracers' trampolines: those of the code that they were copied from. */
export function* trampolineBlocks(
  kernel: Kernel,
  tables: Pick<OrcTables, 'ruleAt'>,
  ruleOf: (entry: OrcEntry) => CallFrameRule | undefined,
): Generator<CallFrameBlock, void, void> {
  for (const { start, end, origin } of trampolinesOf(kernel)) {
    const size = Number(end - start);
    const starts = [0];
    const rules: (CallFrameRule | undefined)[] = [];
    for (let at = 0; at < size; ) {
      const rule = tryRead(() => tables.ruleAt(origin + BigInt(at)));
      const next = Math.min(size, rule?.end === undefined ? size : Number(rule.end - origin));
      if (rule === undefined || next <= at) {
        break;
      }
      rules.push(ruleOf(rule.entry));
      starts.push(next);
      at = next;
    }
    yield { base: start, starts, rules };
  }
}
