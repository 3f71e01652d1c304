import type {
  FrameKind,
  Kernel,
  LookUp,
  StackFrame,
  SymbolTable,
  VirtualAddress,
} from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';

/** Most tasks sleep at the same few places, and finding a name takes longer than unwinding. */
const maxKnownNames = 65_536;

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
    kind === 'user'
      ? undefined
      : symbolAt(symbols, address, kind === 'return' ? 'return' : 'exact');
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

interface KnownName {
  readonly name: string;
  readonly address: VirtualAddress;
  readonly sizeInBytes: number | null;
  readonly module: string | null;
}

const knownNames = perKernel((_symbols: SymbolTable) => ({
  exact: new Map<VirtualAddress, KnownName | undefined>(),
  return: new Map<VirtualAddress, KnownName | undefined>(),
}));

function symbolAt(symbols: SymbolTable, at: VirtualAddress, lookUp: LookUp): KnownName | undefined {
  const known = knownNames(symbols)[lookUp];
  if (known.has(at)) {
    return known.get(at);
  }
  const symbol = symbols.at(at, lookUp);
  const name =
    symbol === undefined
      ? undefined
      : {
          name: symbol.name,
          address: symbol.address,
          sizeInBytes: symbol.sizeInBytes,
          module: symbol.module,
        };
  if (known.size < maxKnownNames) {
    known.set(at, name);
  }
  return name;
}
