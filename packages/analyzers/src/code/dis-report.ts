import { hex, hexText, type Instruction, type Kernel } from '@vmcorekit/core';
import { type Routine, routineAt } from '@vmcorekit/linux';

/** The function that was read, in the data of `dis`. Addresses are hexadecimal. */
export interface DisRoutine {
  readonly symbol: string;
  readonly module: string | null;
  readonly address: string;
  /** In bytes, with the padding up to the next function. */
  readonly size: number;
}

/** One instruction in the data of `dis`; null means "not known". */
export interface DisInstruction {
  readonly address: string;
  readonly symbol: string | null;
  /** From the start of the function, in bytes. */
  readonly offset: number | null;
  /** As they lie in memory, in hexadecimal. */
  readonly bytes: string;
  /** Null for bytes that are no known instruction. */
  readonly mnemonic: string | null;
  readonly operands: string;
  /** The address that it jumps to, calls, reads, or has as an immediate; null for none. */
  readonly target: string | null;
  readonly targetSymbol: string | null;
  readonly targetOffset: number | null;
}

/** Why the instructions end: all that was asked for is there, or memory is `lost`. */
export interface DisStop {
  readonly reason: 'complete' | 'lost' | 'limit';
  /** A sentence for people; null where the reason says all. */
  readonly detail: string | null;
}

/** The `data` of the `dis` analyzer. */
export interface DisReport {
  /** Null for an address outside of every known function. */
  readonly routine: DisRoutine | null;
  readonly instructions: readonly DisInstruction[];
  readonly end: DisStop;
}

export function disRoutine({ name, module, start, end }: Routine): DisRoutine {
  return { symbol: name, module, address: hex(start), size: Number(end - start) };
}

/** An immediate of x86 in AT&T's syntax. */
const immediate = /\$(0x[0-9a-f]{8,16})\b/;

/** An instruction for programs; `code` holds its bytes from `first` on. */
export function disInstruction(
  kernel: Kernel,
  { address, lengthInBytes, mnemonic, operands, target: reached }: Instruction,
  routine: Routine | undefined,
  code: { readonly bytes: Uint8Array; readonly first: bigint },
): DisInstruction {
  const at = Number(address - code.first);
  const target = reached ?? addressAsImmediate(kernel, operands);
  const named = target === null ? undefined : nameOf(kernel, target, routine);
  return {
    address: hex(address),
    symbol: routine?.name ?? null,
    offset: routine === undefined ? null : Number(address - routine.start),
    bytes: hexText(code.bytes.subarray(at, at + lengthInBytes)),
    mnemonic,
    operands,
    target: target === null ? null : hex(target),
    targetSymbol: named?.name ?? null,
    targetOffset: named === undefined || target === null ? null : Number(target - named.start),
  };
}

/**
 * An immediate at which a symbol begins, in the half of memory that kernels have. No symbol is said
 * to hold one: where it ends is not known, and a string has none.
 */
function addressAsImmediate({ symbols, memory }: Kernel, operands: string): bigint | null {
  const digits = immediate.exec(operands)?.[1];
  if (digits === undefined) {
    return null;
  }
  const value = BigInt(digits);
  const isOfKernel = value >> BigInt(memory.wordSizeInBits - 1) === 1n;
  return isOfKernel && symbols.at(value)?.address === value ? value : null;
}

/** Jumps mostly stay in their function. */
function nameOf(
  kernel: Kernel,
  target: bigint,
  routine: Routine | undefined,
): Pick<Routine, 'name' | 'start'> | undefined {
  if (routine !== undefined && routine.start <= target && target < routine.end) {
    return routine;
  }
  const symbol = kernel.symbols.at(target);
  return symbol === undefined
    ? routineAt(kernel, target)
    : { name: symbol.name, start: symbol.address };
}
