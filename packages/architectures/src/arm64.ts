import type { Architecture } from '@vmcorekit/core';
import { numbered, type PrstatusLayout, readPrstatus, registersOffset64 } from './prstatus.ts';

/** Source: Linux, arch/arm64/include/uapi/asm/ptrace.h, struct user_pt_regs. */
const prstatus: PrstatusLayout = {
  sizeInBytes: 392,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: [...numbered('x', 0, 30), 'sp', 'pc', 'pstate'],
    },
  ],
};

/** 64-bit ARM. Registers only: its page tables are not read. */
export const arm64: Architecture = {
  name: 'arm64',
  machines: {
    elf: [{ machine: 183, wordSizeInBits: 'any' }],
    utsname: ['aarch64', 'arm64', 'aarch64_be'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
  },
  wordSizeInBits: 64,
  pageSizesInBytes: [4096, 16_384, 65_536],
  registers: { read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus) },
};
