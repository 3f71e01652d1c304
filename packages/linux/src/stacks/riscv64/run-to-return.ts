import {
  type KernelMemory,
  type KernelSymbol,
  tryRead,
  type VirtualAddress,
} from '@vmcorekit/core';
import { instructionsFrom } from './code-from.ts';
import { ra, sp } from './instruction.ts';
import { set, type Values, wrap } from './register-values.ts';

/**
 * Runs straight code up to where the function returns, or jumps to another when it has undone its
 * frame. Gives the registers then; undefined where the code branches or calls before.
 */
export function runToReturn(
  memory: KernelMemory,
  from: VirtualAddress,
  before: Values,
  own: KernelSymbol | undefined,
): Values | undefined {
  const values: Values = new Map(before);
  const stored = new Map<bigint, bigint | undefined>();
  const read = (at: bigint) =>
    stored.has(at) ? stored.get(at) : tryRead(() => memory.readUint64(at));
  let isUndone = false;
  for (const { at, instruction } of instructionsFrom(memory, from)) {
    const { effect } = instruction;
    if (effect.kind === 'return') {
      return values;
    }
    if (effect.kind === 'jump') {
      return isUndone && leaves(own, at, effect.distance) ? values : undefined;
    }
    if (effect.kind === 'add') {
      const value = values.get(effect.from);
      set(values, effect.to, value === undefined ? undefined : value + BigInt(effect.by));
      isUndone ||= effect.to === sp && effect.by > 0;
    } else if (effect.kind === 'load') {
      const base = values.get(effect.base);
      set(values, effect.to, base === undefined ? undefined : read(wrap(base, effect.offset)));
    } else if (effect.kind === 'store') {
      const base = values.get(effect.base);
      if (base !== undefined) {
        stored.set(wrap(base, effect.offset), values.get(effect.from));
      }
    } else if (effect.kind === 'other') {
      values.delete(effect.to);
    } else if (effect.kind !== 'call' || effect.link === ra) {
      return undefined;
    }
  }
  return undefined;
}

/** Whether a jump leaves a function. One to a register does, once the frame is undone. */
function leaves(
  own: KernelSymbol | undefined,
  at: VirtualAddress,
  distance: number | null,
): boolean {
  if (distance === null) {
    return true;
  }
  if (own === undefined || own.sizeInBytes === null) {
    return false;
  }
  const target = at + BigInt(distance);
  return target < own.address || target >= own.address + BigInt(own.sizeInBytes);
}
