import { type Kernel, tryRead, type VirtualAddress } from '@vmcorekit/core';
import { codeAt } from '../code-at.ts';
import { callBefore } from './call-before.ts';
import { readStart, undoStart } from './function-start.ts';
import { fp as fpNumber, ra as raNumber, sp as spNumber } from './instruction.ts';
import { set, type Values } from './register-values.ts';
import { runToReturn } from './run-to-return.ts';
import { type PointedState, plainState } from './saved-frame.ts';

/**
 * The caller of a function that was stopped where the frame pointer does not yet, or no longer,
 * lead to it, or that saves no return address. Undefined where the function has its whole frame.
 *
 * 1. Where the code leads straight to the return, running it gives the caller.
 * 2. Where it led straight from the function's start, the instructions before say what was saved.
 * 3. Else its first instructions say what its frame has. A leaf function saves no return address.
 * 4. A function without a frame: `ra` follows a call of just this function, or it is a guess.
 */
export function callerOfStopped(kernel: Kernel, state: PointedState): PointedState | undefined {
  const { memory, symbols } = kernel;
  const { pc, registers } = state;
  const values: Values = new Map();
  for (const [number, name] of [
    [raNumber, 'ra'],
    [spNumber, 'sp'],
    [fpNumber, 's0'],
  ] as const) {
    set(values, number, registers.get(name));
  }
  const own = symbols.at(pc, 'exact');
  const returned = runToReturn(memory, pc, values, own);
  if (returned !== undefined) {
    return callerIn(returned, false);
  }
  if (own === undefined) {
    return undefined;
  }
  const begun = readStart(memory, own.address, pc);
  if (begun === undefined) {
    return undefined;
  }
  if (begun.reachesPc) {
    return callerIn(undoStart(memory, values, begun), false);
  }
  const fp = values.get(fpNumber);
  const link = values.get(raNumber);
  if (link === undefined || fp === undefined) {
    return undefined;
  }
  const highest = tryRead(() => memory.readUint64(BigInt.asUintN(64, fp - 8n)));
  if (begun.slots.has(fpNumber)) {
    return begun.slots.has(raNumber) || highest === undefined
      ? undefined
      : { ...plainState, pc: link, start: fp, fp: highest };
  }
  return highest === link ? undefined : withoutFrame(kernel, values, own.address, link);
}

function withoutFrame(
  kernel: Kernel,
  values: Values,
  start: VirtualAddress,
  link: VirtualAddress,
): PointedState | undefined {
  if (
    codeAt(kernel, link - 1n) === undefined ||
    kernel.symbols.at(link, 'return')?.address === start
  ) {
    return undefined;
  }
  const target = callBefore(kernel.memory, link);
  return target === undefined ? undefined : callerIn(values, target !== start);
}

/** The frame that registers stand for after a return. */
function callerIn(values: Values, isGuess: boolean): PointedState | undefined {
  const pc = values.get(raNumber);
  const start = values.get(spNumber);
  return pc === undefined || start === undefined
    ? undefined
    : {
        ...plainState,
        pc,
        start,
        fp: values.get(fpNumber),
        isGuess,
        note: isGuess ? 'only the return address register shows this caller' : null,
      };
}
