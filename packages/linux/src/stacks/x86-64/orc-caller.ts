import { hex, type Kernel, type StackEnd, tryRead, type UnwindStart } from '@vmcorekit/core';
import { bpfCodeAt } from '../bpf-code.ts';
import { complete, incomplete } from '../stack-end.ts';
import type { StackRegion } from '../stack-regions.ts';
import { replacedReturn } from '../traced-returns.ts';
import { callerOf, callTargetBefore } from './call-sites.ts';
import { framePointerStep, frameProgressOf } from './frame-pointer-step.ts';
import { trampolineOrigin } from './ftrace-trampolines.ts';
import type { OrcEntry } from './orc-entry.ts';
import { codeAddressOf, orcStep, type UnwindState } from './orc-step.ts';
import type { OrcRule } from './orc-table.ts';
import type { OrcTables } from './orc-tables.ts';

/** A call through a null pointer pushed its return address, and ran nothing. */
const nullCall: OrcEntry = {
  kind: 'call',
  spOffset: 8n,
  spRegister: 'rsp',
  bpOffset: 0n,
  bpRegister: 'undefined',
  isSignal: false,
};

/** What is needed to leave a frame. */
export interface OrcParts {
  readonly kernel: Kernel;
  readonly tables: OrcTables;
}

/**
 * The frame that called this one, or that it interrupted; else why the stack ends here. Throws as
 * memory does.
 */
export function callingFrame(
  parts: OrcParts,
  state: UnwindState,
  { task }: Pick<UnwindStart, 'task'>,
  region: StackRegion | undefined,
): UnwindState | StackEnd {
  const next = leave(parts, state, region);
  if (typeof next === 'string') {
    return incomplete('broken', `the frame at ${hex(state.ip)} cannot be left: ${next}`);
  }
  if ('reason' in next || next.slot === null) {
    return next;
  }
  const traced = replacedReturn(parts.kernel, task, next.ip, { slot: next.slot });
  return traced === undefined || 'reason' in traced
    ? (traced ?? next)
    : { ...next, ip: traced.address, note: traced.note };
}

function leave(
  parts: OrcParts,
  state: UnwindState,
  region: StackRegion | undefined,
): UnwindState | StackEnd | string {
  const { kernel, tables } = parts;
  if (state.ip === 0n && state.isExact) {
    return orcStep(kernel.memory, state, nullCall);
  }
  const address = codeAddressOf(state);
  const origin = tables.isOfKernel(address) ? undefined : trampolineOrigin(kernel, address);
  const rule = tables.ruleAt(origin ?? address);
  if (rule === undefined) {
    const bpf = bpfCodeAt(kernel, address);
    // BPF code keeps a frame pointer, and has no unwind table.
    return bpf === undefined
      ? incomplete('unknown-code', `${hex(state.ip)} is no code of the kernel or a module`)
      : framePointerStep(kernel.memory, state, frameProgressOf(kernel.memory, state, bpf.start));
  }
  switch (rule.entry.kind) {
    case 'end':
      return complete('end-of-stack');
    case 'undefined':
      return (
        callerWithoutRules(parts, state, rule, region) ??
        incomplete('unknown-code', `the kernel has no rule to leave ${hex(state.ip)}`)
      );
    default:
      return state.isBpProved || rule.entry.spRegister !== 'rbp'
        ? orcStep(kernel.memory, state, rule.entry)
        : byUnprovedBp(parts, state, rule, region);
  }
}

/**
 * After a function without rules, `rbp` may be another one. It is right where it leads to a call of
 * this function; else the call is searched for.
 */
function byUnprovedBp(
  parts: OrcParts,
  state: UnwindState,
  rule: OrcRule,
  region: StackRegion | undefined,
): UnwindState | string {
  const { memory, symbols } = parts.kernel;
  const called = symbols.at(codeAddressOf(state))?.address;
  const next = tryRead(() => orcStep(memory, state, rule.entry));
  return next !== undefined &&
    typeof next !== 'string' &&
    called !== undefined &&
    callTargetBefore(memory, next.ip) === called
    ? next
    : (callerBySearch(parts, state, region) ?? 'it needs the register rbp, which is not known');
}

/**
 * The caller of a function for which the kernel has no rules at all, as for `__crash_kexec`. Every
 * kdump of a crash begins there.
 */
function callerWithoutRules(
  parts: OrcParts,
  state: UnwindState,
  rule: OrcRule,
  region: StackRegion | undefined,
): UnwindState | undefined {
  const symbol = parts.kernel.symbols.at(codeAddressOf(state));
  const end = symbol === undefined ? 0n : symbol.address + BigInt(symbol.sizeInBytes ?? 0);
  const isWhole = symbol !== undefined && rule.start <= symbol.address && (rule.end ?? end) >= end;
  return isWhole ? callerBySearch(parts, state, region) : undefined;
}

/** The return address on the stack that only a call of this very function left. */
function callerBySearch(
  { kernel, tables }: OrcParts,
  state: UnwindState,
  region: StackRegion | undefined,
): UnwindState | undefined {
  const symbol = kernel.symbols.at(codeAddressOf(state));
  if (symbol === undefined || region === undefined) {
    return undefined;
  }
  const site = callerOf(
    kernel.memory,
    symbol.address,
    { from: state.sp, to: region.end },
    (address) => tables.isOfKernel(address),
  );
  return site === undefined
    ? undefined
    : {
        ip: site.address,
        sp: BigInt.asUintN(64, site.slot + 8n),
        bp: state.bp,
        isBpProved: false,
        isExact: false,
        registers: new Map(),
        isUser: false,
        slot: site.slot,
        note: `found by its call of ${symbol.name}`,
      };
}
