import {
  type Kernel,
  type Registers,
  tryRead,
  type UnwindStart,
  type VirtualAddress,
} from '@vmcorekit/core';
import type { CallFrameRule } from '../call-frame.ts';
import type { FrameModel } from '../frame-model.ts';
import { stacksOf } from './cpu-stacks.ts';
import { trampolineOrigin } from './ftrace-trampolines.ts';
import { RulesOfEntries } from './orc-frame-rules.ts';
import { codeAddressOf, type UnwindState } from './orc-step.ts';
import type { OrcTables } from './orc-tables.ts';
import { statesOfOrc } from './orc-walk.ts';

const wordSizeInBytes = 8;

/** The rule that the tables have for an address. Throws as memory does. */
export function usualRule(
  kernel: Kernel,
  tables: OrcTables,
  rules: RulesOfEntries,
  address: VirtualAddress,
): CallFrameRule | undefined {
  const origin = tables.isOfKernel(address) ? undefined : trampolineOrigin(kernel, address);
  const entry = tryRead(() => tables.ruleAt(origin ?? address))?.entry;
  return rules.of(entry, address, 0);
}

/** How debuggers follow the unwinder by ORC, which searches where the tables have no rule. */
export function orcFrameModel(kernel: Kernel, tables: OrcTables): FrameModel {
  const rules = new RulesOfEntries(kernel);
  const parts = { kernel, tables, regionsOf: (start: UnwindStart) => stacksOf(kernel, start) };
  return {
    programCounter: 'rip',
    stackPointer: 'rsp',
    links: ['rip', 'rsp', 'rbp'],
    follow(_kernel, start) {
      const { states, end } = statesOfOrc(parts, start);
      const frames = states.map((state, level) => {
        const usual = usualRule(kernel, tables, rules, codeAddressOf(state));
        const next = states[level + 1];
        return {
          registers: registersOf(state),
          isExact: state.isExact,
          isUser: state.isUser,
          // BPF keeps frame pointers, by rules of its own.
          rules: usual === undefined || next === undefined ? null : [usual, found(state, next)],
        };
      });
      return { frames, end };
    },
  };
}

function registersOf({ ip, sp, bp, registers }: UnwindState): Registers {
  return new Map([
    ...registers,
    ['rip', ip],
    ['rsp', sp],
    ...(bp === undefined ? [] : [['rbp', bp] as const]),
  ]);
}

/** The caller of a function without rules, whose return address was searched for. */
function found({ sp }: UnwindState, next: UnwindState): CallFrameRule {
  return {
    ...{ isSignal: false, savedAt: {}, kept: ['rbp'], saved: { rip: -wordSizeInBytes } },
    frame: { register: 'rsp', offset: Number(next.sp - sp), load: 'none' },
  };
}
