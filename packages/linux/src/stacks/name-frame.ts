import type { FrameKind, Kernel, StackFrame, VirtualAddress } from '@vmcorekit/core';

/** What an unwinder knows of a frame. */
export interface BareFrame {
  readonly address: VirtualAddress;
  readonly kind: FrameKind;
  readonly stackPointer: VirtualAddress | null;
  readonly stack: string | null;
  readonly isGuess?: boolean;
  readonly note?: string | null;
  /** The module that holds the address. */
  readonly module?: string | null;
  /** Code without symbols: what a program calls it. */
  readonly code?: {
    readonly name: string | null;
    readonly start: VirtualAddress | null;
    readonly end: VirtualAddress;
  };
}

/**
 * A frame with the name of its function. The symbol of a return address is that of the call before
 * it, because a function that does not return may be called by the last instruction of another.
 */
export function nameFrame({ symbols }: Pick<Kernel, 'symbols'>, frame: BareFrame): StackFrame {
  const { address, kind } = frame;
  const symbol =
    kind === 'user' ? undefined : symbols.at(address, kind === 'return' ? 'return' : 'exact');
  const { code } = frame;
  const start = symbol?.address ?? code?.start ?? null;
  return {
    address,
    stackPointer: frame.stackPointer,
    kind,
    symbol: symbol?.name ?? code?.name ?? null,
    offset: start === null ? null : Number(address - start),
    sizeInBytes:
      symbol?.sizeInBytes ??
      (code === undefined || code.start === null ? null : Number(code.end - code.start)),
    module: symbol?.module ?? frame.module ?? null,
    stack: frame.stack,
    isGuess: frame.isGuess ?? false,
    note: frame.note ?? null,
  };
}
