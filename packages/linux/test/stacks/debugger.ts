import type { Kernel } from '@vmcorekit/core';
import { type CallFrameRule, callFramesOf, registersOfTask, stackOfTask } from '@vmcorekit/linux';

const maxFrames = 32;

/** The registers that a debugger follows. */
export interface DebuggerMachine {
  readonly programCounter: string;
  /** The register that has the return address of calls. */
  readonly returnAddress?: string;
  /** It is the frame address of a caller; left out where the rules do not say. */
  readonly stackPointer?: string;
}

/** One rule for an address: the last of the blocks that hold it. */
export function callFrameRuleAt(kernel: Kernel, address: bigint): CallFrameRule | undefined {
  const frames = callFramesOf(kernel);
  if (typeof frames === 'string') {
    throw new Error(frames);
  }
  for (const { base, starts, rules } of frames.blocks()) {
    const at = Number(address - base);
    const index = starts.findLastIndex((start) => start <= at);
    if (index >= 0 && index < rules.length) {
      return rules[index];
    }
  }
  return undefined;
}

/**
 * The program counters of a stack as a debugger finds them by the rules alone. The innermost frame,
 * and one that was interrupted, have the rule of their address; a return address that of the byte
 * before it.
 */
export function debuggerTrace(
  kernel: Kernel,
  machine: DebuggerMachine,
  first: Readonly<Record<string, bigint>>,
): bigint[] {
  const { programCounter, returnAddress = programCounter, stackPointer } = machine;
  let registers: Readonly<Record<string, bigint>> = first;
  const found: bigint[] = [];
  let isExact = true;
  while (found.length < maxFrames) {
    const pc = registers[programCounter] ?? 0n;
    found.push(pc);
    const rule = callFrameRuleAt(kernel, isExact ? pc : pc - 1n);
    if (rule?.frame == null) {
      return found;
    }
    const caller = callerBy(kernel, registers, rule, stackPointer);
    registers = {
      ...caller,
      [programCounter]: caller[programCounter] ?? caller[returnAddress] ?? 0n,
    };
    isExact = rule.isSignal;
  }
  throw new Error('the stack has no end');
}

function callerBy(
  { memory }: Kernel,
  registers: Readonly<Record<string, bigint>>,
  { frame, saved, savedAt, kept, copied = {} }: CallFrameRule,
  stackPointer: string | undefined,
): Record<string, bigint> {
  const value = (name: string): bigint => {
    const known = registers[name];
    if (known === undefined) {
      throw new Error(`a rule needs ${name}, which is not known`);
    }
    return known;
  };
  const addressOf = ({ register, offset, load }: NonNullable<CallFrameRule['frame']>): bigint =>
    load === 'none'
      ? value(register) + BigInt(offset)
      : load === 'last'
        ? memory.readPointer(value(register) + BigInt(offset))
        : memory.readPointer(value(register)) + BigInt(offset);
  const at = frame === null ? 0n : addressOf(frame);
  return Object.fromEntries([
    ...(stackPointer === undefined ? [] : [[stackPointer, at] as const]),
    ...kept.flatMap((name) => (name in registers ? [[name, value(name)] as const] : [])),
    ...Object.entries(copied).map(([name, from]) => [name, value(from)] as const),
    ...Object.entries(saved).map(
      ([name, offset]) => [name, memory.readPointer(at + BigInt(offset))] as const,
    ),
    ...Object.entries(savedAt).map(
      ([name, place]) => [name, memory.readPointer(addressOf(place))] as const,
    ),
  ]);
}

/** The program counters of a sleeping task's stack: as a debugger sees them, and as `bt` does. */
export function bothStacks(
  kernel: Kernel,
  machine: DebuggerMachine,
  task: bigint,
): { readonly seen: readonly bigint[]; readonly unwound: readonly bigint[] } {
  const whole = { ...kernel, tasks: () => [{ address: task } as never] };
  const registers = registersOfTask(whole, task).registers ?? new Map<string, bigint>();
  return {
    seen: debuggerTrace(whole, machine, Object.fromEntries(registers)),
    unwound: stackOfTask(whole, task).frames.map(({ address }) => address),
  };
}
