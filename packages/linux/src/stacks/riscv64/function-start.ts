import { type KernelMemory, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { instructionsFrom } from './code-from.ts';
import { fp, ra, sp } from './instruction.ts';
import { set, type Values, wrap } from './register-values.ts';

/** What the straight code at a function's start does. */
export interface Start {
  /** False where it ends before the instruction that the function was stopped at. */
  readonly reachesPc: boolean;
  /** How far it has lowered the stack pointer, in bytes. */
  readonly depth: number;
  /** Where it saved a register, by its number: the distance from the first stack pointer. */
  readonly slots: ReadonlyMap<number, number>;
}

/** Undefined where the code cannot be read, or does with the stack what no compiler does. */
export function readStart(
  memory: KernelMemory,
  start: VirtualAddress,
  pc: VirtualAddress,
): Start | undefined {
  let depth = 0;
  let isPointed = false;
  const changed = new Set<number>();
  const slots = new Map<number, number>();
  for (const { at, instruction } of instructionsFrom(memory, start)) {
    const { effect } = instruction;
    if (at === pc) {
      // A register that was changed, and is in no slot, is lost.
      return [ra, fp].some((number) => changed.has(number) && !slots.has(number))
        ? undefined
        : { reachesPc: true, depth, slots };
    }
    if (
      effect.kind === 'store' &&
      effect.base === sp &&
      (effect.from === ra || effect.from === fp)
    ) {
      if (!changed.has(effect.from)) {
        slots.set(effect.from, depth - effect.offset);
      }
    } else if (effect.kind === 'add' && effect.to === sp) {
      if (effect.from !== sp) {
        return undefined;
      }
      depth -= effect.by;
    } else if (effect.kind === 'add' || effect.kind === 'load' || effect.kind === 'other') {
      if (effect.to === sp) {
        return undefined;
      }
      isPointed ||= effect.kind === 'add' && effect.to === fp && effect.from === sp;
      changed.add(effect.to);
    } else if (effect.kind === 'call' && effect.link !== ra) {
      changed.add(effect.link);
    } else if (effect.kind !== 'store') {
      return isPointed || slots.size === 0 ? { reachesPc: false, depth, slots } : undefined;
    }
  }
  return undefined;
}

/** The registers as they were before a function's first instruction. */
export function undoStart(memory: KernelMemory, values: Values, { depth, slots }: Start): Values {
  const before: Values = new Map(values);
  const lowered = values.get(sp);
  const first = lowered === undefined ? undefined : wrap(lowered, depth);
  set(before, sp, first);
  for (const [number, distance] of slots) {
    set(
      before,
      number,
      first === undefined ? undefined : tryRead(() => memory.readUint64(wrap(first, -distance))),
    );
  }
  return before;
}

/** Whether a function makes a frame that the frame pointer leads to; undefined if unreadable. */
export function makesFrame(memory: KernelMemory, start: VirtualAddress): boolean | undefined {
  for (const { instruction } of instructionsFrom(memory, start)) {
    const { effect } = instruction;
    if (effect.kind === 'add' && effect.to === fp && effect.from === sp) {
      return true;
    }
    if (effect.kind === 'branch' || effect.kind === 'return' || effect.kind === 'jump') {
      return false;
    }
    if (effect.kind === 'call' && effect.link === ra) {
      return false;
    }
  }
  return undefined;
}
