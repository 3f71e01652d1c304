import type { Architecture } from '@vmcorekit/core';
import { numbered, type PrstatusLayout, readPrstatus, registersOffset64 } from './prstatus.ts';

/** Source: Linux, arch/riscv/include/uapi/asm/ptrace.h, struct user_regs_struct. */
const prstatus: PrstatusLayout = {
  sizeInBytes: 376,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: [
        ...['pc', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 's0', 's1', ...numbered('a', 0, 7)],
        ...[...numbered('s', 2, 11), ...numbered('t', 3, 6)],
      ],
    },
  ],
};

/** 64-bit RISC-V. Registers only: its page tables are not read. */
export const riscv64: Architecture = {
  name: 'riscv64',
  machines: {
    elf: [{ machine: 243, wordSizeInBits: 64 }],
    utsname: ['riscv64'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
  },
  wordSizeInBits: 64,
  byteOrder: 'little',
  pageSizesInBytes: [4096],
  registers: { read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus) },
};
