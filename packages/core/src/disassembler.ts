import type { ByteOrder, VirtualAddress } from './spaces.ts';

/** Machine code, and what must be known to read it. */
export interface MachineCode {
  readonly bytes: Uint8Array;
  /** Where its first byte lies. */
  readonly address: VirtualAddress;
  /** The name of the `Architecture`. */
  readonly architecture: string;
  readonly byteOrder: ByteOrder;
}

/** One instruction, or bytes that the disassembler does not know. */
export interface Instruction {
  readonly address: VirtualAddress;
  readonly lengthInBytes: number;
  /** Null for bytes that are no known instruction: what follows them may be read wrongly. */
  readonly mnemonic: string | null;
  /** As the machine's assembler writes them; a target is `0x` and its digits. */
  readonly operands: string;
  /** Where it jumps, calls, or what it reads by an address of its own; null for none. */
  readonly target: VirtualAddress | null;
}

/**
 * Reads machine code. To add one: name the architectures, and return the instructions. The first
 * that names a kernel's architecture is used.
 */
export interface Disassembler {
  readonly name: string;
  readonly summary: string;
  /** Names of `Architecture`s. */
  readonly architectures: readonly string[];
  /** Loads what is slow to load (WebAssembly). Awaited once, before the first `disassemble`. */
  prepare?(): Promise<void>;
  /**
   * The instructions from the first byte on, at most `limit`, without a gap between them. Bytes at
   * the end that hold only the start of an instruction are returned as unknown. Never throws for
   * what the bytes are.
   */
  disassemble(code: MachineCode, limit: number): readonly Instruction[];
}
