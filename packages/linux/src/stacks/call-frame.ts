import type { VirtualAddress } from '@vmcorekit/core';

/** An address computed from a register; `load` says when the word there is read, if at all. */
export interface FrameAddress {
  readonly register: string;
  readonly offset: number;
  /** `first`: the word at the register, plus the offset. `last`: the word at the sum. */
  readonly load: 'none' | 'first' | 'last';
}

/**
 * How a frame is left, in the model that debuggers share: a call-frame address, and what the caller
 * had in its registers. Registers have the names of the architecture.
 */
export interface CallFrameRule {
  /** Null where the stack ends, or no rule is known. */
  readonly frame: FrameAddress | null;
  /** Whether the frame that follows was interrupted, so that its address is exact. */
  readonly isSignal: boolean;
  /** Where registers of the caller are saved: offsets from the call-frame address. */
  readonly saved: Readonly<Record<string, number>>;
  /** Where one is saved at an address of its own. */
  readonly savedAt: Readonly<Record<string, FrameAddress>>;
  /** The registers that the caller has unchanged. All others are not known. */
  readonly kept: readonly string[];
  /** What the caller had in a register that another one has now: a return address. */
  readonly copied?: Readonly<Record<string, string>>;
}

/** No rule: the walk ends there. */
export const noRule: CallFrameRule = {
  frame: null,
  isSignal: false,
  saved: {},
  savedAt: {},
  kept: [],
};

/** Rules of code that follow each other: columns, because a kernel has half a million. */
export interface CallFrameBlock {
  readonly base: VirtualAddress;
  /** Where each rule begins, as a distance from the base; ascending. One more is the end. */
  readonly starts: readonly number[];
  /** Equal rules are one object. Undefined for what the dump lacks. */
  readonly rules: readonly (CallFrameRule | undefined)[];
}

/** The rules of a kernel and its modules. */
export interface CallFrames {
  /** In the order of the kernel's tables; bounded. */
  blocks(): Iterable<CallFrameBlock>;
  /** What speaks against them, a sentence each. */
  readonly remarks: readonly string[];
}
