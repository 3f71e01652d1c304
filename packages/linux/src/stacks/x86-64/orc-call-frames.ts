import type { Kernel } from '@vmcorekit/core';
import type { CallFrameBlock, CallFrames } from '../call-frame.ts';
import { seenRulesOf } from '../seen-rules.ts';
import { withSeenRules } from '../with-seen-rules.ts';
import { bpfBlocks } from './bpf-call-frames.ts';
import { trampolineBlocks } from './ftrace-call-frames.ts';
import { moduleOrcAt, moduleOrcsOf } from './module-orc.ts';
import { orcFrameModel, usualRule } from './orc-frame-model.ts';
import { RulesOfEntries } from './orc-frame-rules.ts';
import { type OrcTables, orcTablesOf } from './orc-tables.ts';

/** Ten times what a kernel with all its modules has. A hostile dump could repeat one module. */
const maxRows = 4_000_000;
/**
 * The rules of ORC tables. Callers' `rbx` and `r12` to `r15` are not known after a call, because
 * ORC does not follow them. Source: Linux, arch/x86/kernel/unwind_orc.c (unwind_next_frame).
 */
export function orcCallFrames(kernel: Kernel): CallFrames | string {
  const tables = orcTablesOf(kernel, (address) => moduleOrcAt(kernel, address));
  return typeof tables === 'string'
    ? tables
    : {
        remarks: tables.remarks,
        *blocks(): Generator<CallFrameBlock, void, void> {
          const rules = new RulesOfEntries(kernel);
          const seen = seenRulesOf(kernel, orcFrameModel(kernel, tables), (address) =>
            usualRule(kernel, tables, rules, address),
          );
          yield* withSeenRules(blocksOf(kernel, tables, rules), seen);
        },
      };
}

function* blocksOf(
  kernel: Kernel,
  tables: OrcTables,
  rules: RulesOfEntries,
): Generator<CallFrameBlock, void, void> {
  let left = maxRows;
  for (const { base, starts, entries } of tables.blocks(moduleOrcsOf(kernel))) {
    left -= entries.length;
    if (left < 0) {
      return;
    }
    yield {
      base,
      starts,
      rules: entries.map((entry, index) => rules.of(entry, base, starts[index] ?? 0)),
    };
  }
  yield* trampolineBlocks(kernel, tables, (entry) => rules.of(entry, 0n, 0));
  yield* bpfBlocks(kernel);
}
