import type { FrameKind, Kernel, StackFrame, VirtualAddress } from '@vmcorekit/core';

/** What an unwinder knows of a frame. */
export interface BareFrame {
  readonly address: VirtualAddress;
  readonly kind: FrameKind;
  readonly stackPointer: VirtualAddress | null;
  readonly stack: string | null;
  readonly isGuess?: boolean;
  readonly note?: string | null;
  /** What the address belongs to where no symbol holds it: a module, a program. */
  readonly symbol?: string | null;
  readonly module?: string | null;
}

/**
 * A frame with the name of its function. The symbol of a return address is that of the call before
 * it, because a function that does not return may be called by the last instruction of another.
 */
export function nameFrame({ symbols }: Pick<Kernel, 'symbols'>, frame: BareFrame): StackFrame {
  const { address, kind } = frame;
  const symbol =
    kind === 'user' ? undefined : symbols.at(address, kind === 'return' ? 'return' : 'exact');
  return {
    address,
    stackPointer: frame.stackPointer,
    kind,
    symbol: symbol?.name ?? frame.symbol ?? null,
    offset: symbol === undefined ? null : Number(address - symbol.address),
    sizeInBytes: symbol?.sizeInBytes ?? null,
    module: symbol?.module ?? frame.module ?? null,
    stack: frame.stack,
    isGuess: frame.isGuess ?? false,
    note: frame.note ?? null,
  };
}
