import {
  type Kernel,
  type KernelMemory,
  type Registers,
  type StackEnd,
  tryRead,
  type UnwindStart,
} from '@vmcorekit/core';
import type { CallFrameRule, FrameAddress } from './call-frame.ts';

/** A frame as a debugger has it. */
export interface SeenFrame {
  /** What is known, by the architecture's names; the program counter is always there. */
  readonly registers: Registers;
  /** True where the program counter is the next instruction; false for a return address. */
  readonly isExact: boolean;
  readonly isUser: boolean;
  /**
   * Rules that may lead to the frame that follows, the likeliest first. Null where the usual rule
   * of the code serves, and is not tried.
   */
  readonly rules: readonly CallFrameRule[] | null;
}

/** The frames of one stack as its unwinder found them, and why there are no more. */
export interface SeenStack {
  readonly frames: readonly SeenFrame[];
  readonly end: StackEnd;
}

/**
 * How debuggers can follow the unwinder of one architecture. The least is `follow`, with the rule
 * of every frame that its functions keep.
 */
export interface FrameModel {
  readonly programCounter: string;
  /** It is the call-frame address where a rule says nothing else; null where it stays unknown. */
  readonly stackPointer: string | null;
  /**
   * True where gdb guesses at code that it cannot read, whatever the rules say: a program's, or
   * what the kernel freed. The stack must end before it.
   */
  readonly needsCode?: boolean;
  /** The registers that lead from one frame to the next, the program counter too. */
  readonly links: readonly string[];
  /** The frames that the unwinder finds. Never throws for what the memory holds. */
  follow(kernel: Kernel, start: UnwindStart): SeenStack;
  /** The program counter by the registers that a rule gives, where it gives none itself. */
  callerOf?(kernel: Kernel, caller: Registers): bigint | undefined;
}

/** The registers of the caller by a rule; undefined where the frame's own are not enough. */
export function callerBy(
  kernel: Kernel,
  model: FrameModel,
  registers: Registers,
  { frame, saved, savedAt, kept, copied = {} }: CallFrameRule,
): Registers | undefined {
  const { programCounter, stackPointer } = model;
  const { memory } = kernel;
  const at = frame === null ? undefined : addressOf(memory, registers, frame);
  if (at === undefined) {
    return undefined;
  }
  const caller = new Map<string, bigint>(stackPointer === null ? [] : [[stackPointer, at]]);
  for (const name of kept) {
    set(caller, name, registers.get(name));
  }
  for (const [name, from] of Object.entries(copied)) {
    set(caller, name, registers.get(from));
  }
  for (const [name, offset] of Object.entries(saved)) {
    set(caller, name, readWord(memory, at + BigInt(offset)));
  }
  for (const [name, place] of Object.entries(savedAt)) {
    const address = addressOf(memory, registers, place);
    set(caller, name, address === undefined ? undefined : readWord(memory, address));
  }
  set(caller, programCounter, caller.get(programCounter) ?? model.callerOf?.(kernel, caller));
  return caller;
}

function addressOf(
  memory: KernelMemory,
  registers: Registers,
  { register, offset, load }: FrameAddress,
): bigint | undefined {
  const value = registers.get(register);
  if (value === undefined) {
    return undefined;
  }
  const address = wrap(memory, value + (load === 'first' ? 0n : BigInt(offset)));
  const word = load === 'none' ? address : readWord(memory, address);
  return word === undefined || load !== 'first' ? word : wrap(memory, word + BigInt(offset));
}

function readWord(memory: KernelMemory, address: bigint): bigint | undefined {
  return tryRead(() => memory.readPointer(wrap(memory, address)));
}

function wrap({ wordSizeInBits }: KernelMemory, value: bigint): bigint {
  return BigInt.asUintN(wordSizeInBits, value);
}

function set(registers: Map<string, bigint>, name: string, value: bigint | undefined): void {
  if (value === undefined) {
    registers.delete(name);
  } else {
    registers.set(name, value);
  }
}
