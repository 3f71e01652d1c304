import {
  type Kernel,
  type KernelMemory,
  type Registers,
  uint64At,
  type VirtualAddress,
} from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';

const wordSizeInBytes = 8;
/** In the order of `gprs`. */
export const registerNames: readonly string[] = Array.from(
  { length: 16 },
  (_, index) => `r${index}`,
);

/** Where `struct pt_regs` has the PSW (mask, then address) and the registers. */
export interface PtRegsLayout {
  readonly sizeInBytes: number;
  readonly pswOffset: number;
  readonly registersOffset: number;
}

/** Undefined where the kernel's types do not say. */
export const ptRegsLayoutOf: (kernel: Kernel) => PtRegsLayout | undefined = perKernel(
  ({ types }) => {
    const struct = types.struct('pt_regs');
    const [psw, registers] = ['psw', 'gprs'].map((name) => struct?.member(name)?.offsetInBytes);
    const sizeInBytes = struct?.sizeInBytes;
    return psw === undefined || registers === undefined || !sizeInBytes
      ? undefined
      : { sizeInBytes, pswOffset: psw, registersOffset: registers };
  },
);

/** The registers of a `pt_regs`. Throws `not-mapped` or `page-unreadable`. */
export function readPtRegs(
  memory: KernelMemory,
  address: VirtualAddress,
  { sizeInBytes, pswOffset, registersOffset }: PtRegsLayout,
): Registers {
  const bytes = memory.read(address, sizeInBytes);
  const word = (at: number) => uint64At(bytes, at, memory.byteOrder);
  return new Map([
    ['psw_mask', word(pswOffset)],
    ['psw_addr', word(pswOffset + wordSizeInBytes)],
    ...registerNames.map(
      (name, index) => [name, word(registersOffset + index * wordSizeInBytes)] as const,
    ),
  ]);
}

/** Problem state. Source: z/Architecture Principles of Operation, figure of the PSW. */
const problemState = 1n << 48n;

/** Whether registers are a program's. */
export function isUserMode(registers: Registers): boolean {
  return ((registers.get('psw_mask') ?? 0n) & problemState) !== 0n;
}
