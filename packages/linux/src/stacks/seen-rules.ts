import type { Kernel, StackEnd, UnwindStart, VirtualAddress } from '@vmcorekit/core';
import { isSourceFailure, isVmcorekitError } from '@vmcorekit/core';
import { type CallFrameRule, noRule } from './call-frame.ts';
import { callerBy, type FrameModel, type SeenFrame, type SeenStack } from './frame-model.ts';
import { runningCpusOf } from './running-cpus.ts';
import { startOfCpu } from './start-of-cpu.ts';
import { startOfTask } from './start-of-task.ts';
import { isTracerCode, tracerCodeOf } from './traced-returns.ts';

/** A kernel with more tasks has stacks whose frames are left by the usual rules alone. */
const maxStacks = 32_768;

/** Rules for single addresses: ascending, each for one byte. */
export type SeenRules = ReadonlyMap<VirtualAddress, CallFrameRule>;

/** How sure a rule is: later words stand against earlier ones. */
type Weight = 'broken' | 'leads-on' | 'ends';

/**
 * The rules at the addresses where stacks are at this moment. A dump has only one moment, so each
 * rule can be tried: it must lead to the frame that the unwinder found. Where none does, or two
 * stacks need different ones, the stack ends for the debugger. `usualRule` has the rule that the
 * address has otherwise; it is not listed again.
 */
export function seenRulesOf(
  kernel: Kernel,
  model: FrameModel,
  usualRule: (address: VirtualAddress) => CallFrameRule | undefined,
): SeenRules {
  const seen = new Map<VirtualAddress, { readonly rule: CallFrameRule; readonly weight: Weight }>();
  const add = (address: VirtualAddress, rule: CallFrameRule, weight: Weight): void => {
    const held = seen.get(address);
    if (held === undefined || held.weight === 'broken') {
      seen.set(address, { rule, weight });
    } else if (held.weight === 'leads-on' && weight === 'ends') {
      seen.set(address, { rule, weight });
    } else if (held.weight === 'leads-on' && weight === 'leads-on') {
      const merged = mergedRule(held.rule, rule);
      seen.set(address, { rule: merged, weight: merged === noRule ? 'ends' : 'leads-on' });
    }
  };
  let left = maxStacks;
  for (const start of startsOf(kernel)) {
    if (left-- === 0) {
      break;
    }
    addStack(kernel, model, model.follow(kernel, start), add);
  }
  for (const code of tracerCodeOf(kernel)) {
    // Return addresses lead there by no call: the byte before is of another function.
    seen.set(code - 1n, { rule: noRule, weight: 'ends' });
  }
  return new Map(
    [...seen]
      .map(([address, { rule }]) => [address, rule] as const)
      .filter(([address, rule]) => !isSame(rule, usualRule(address)))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function addStack(
  kernel: Kernel,
  model: FrameModel,
  { frames, end }: SeenStack,
  add: (address: VirtualAddress, rule: CallFrameRule, weight: Weight) => void,
): void {
  for (const [level, frame] of frames.entries()) {
    const next = frames[level + 1];
    const pc = frame.registers.get(model.programCounter);
    // The user's code is of no section, so it has no rules anyway.
    if (pc === undefined || pc === 0n || frame.isUser) {
      continue;
    }
    // A debugger takes the innermost frame for one that goes on at its very address.
    const address = level === 0 || frame.isExact ? pc : pc - 1n;
    if (next === undefined) {
      if (end.reason !== 'lost') {
        add(address, noRule, weightOf(end));
      }
      continue;
    }
    if (model.needsCode === true && !hasCode(kernel, model, next)) {
      add(address, noRule, 'ends');
      continue;
    }
    if (frame.rules === null) {
      continue;
    }
    const rule = frame.rules.find((each) => leadsTo(kernel, model, frame, each, next));
    add(address, rule === undefined ? noRule : sorted(rule, next), rule ? 'leads-on' : 'ends');
  }
}

function hasCode(
  { memory }: Kernel,
  { programCounter }: FrameModel,
  { isUser, registers }: SeenFrame,
): boolean {
  const pc = registers.get(programCounter);
  return !isUser && pc !== undefined && memory.tryRead(pc, 4) !== undefined;
}

function weightOf({ isComplete }: StackEnd): Weight {
  return isComplete ? 'ends' : 'broken';
}

/** Where a tracer replaced the return address, the debugger must find the tracer's. */
function leadsTo(
  kernel: Kernel,
  model: FrameModel,
  { registers }: SeenFrame,
  rule: CallFrameRule,
  next: SeenFrame,
): boolean {
  const caller = callerBy(kernel, model, registers, rule);
  return (
    caller !== undefined &&
    model.links.every((name) => {
      const found = caller.get(name);
      return (
        found === next.registers.get(name) ||
        (name === model.programCounter && found !== undefined && isTracerCode(kernel, found))
      );
    })
  );
}

/** What was interrupted goes on at its very address; of a program, that makes no difference. */
function sorted(rule: CallFrameRule, { isExact, isUser }: SeenFrame): CallFrameRule {
  const isSignal = isExact && !isUser;
  return rule.isSignal === isSignal ? rule : { ...rule, isSignal };
}

function mergedRule(one: CallFrameRule, other: CallFrameRule): CallFrameRule {
  const merged = { ...one, isSignal: one.isSignal || other.isSignal };
  return isSame(merged, { ...other, isSignal: merged.isSignal }) ? merged : noRule;
}

function isSame(one: CallFrameRule, other: CallFrameRule | undefined): boolean {
  return one === other || (other !== undefined && JSON.stringify(one) === JSON.stringify(other));
}

/** Where the stacks of all CPUs and tasks begin. */
function* startsOf(kernel: Kernel): Generator<UnwindStart, void, void> {
  const running = runningCpusOf(kernel);
  for (const { number } of running) {
    const start = startOfCpu(kernel, number);
    if (!('reason' in start)) {
      yield start;
    }
  }
  for (const cpu of kernel.cpus) {
    if (!running.some((each) => each.cpu === cpu)) {
      yield { registers: cpu.registers, isExact: true, task: null, cpu: null };
    }
  }
  try {
    for (const { address } of kernel.tasks()) {
      const found = startOfTask(kernel, address);
      if (!('reason' in found)) {
        yield found.start;
      }
    }
  } catch (error) {
    if (!isVmcorekitError(error) || isSourceFailure(error)) {
      throw error;
    }
  }
}
