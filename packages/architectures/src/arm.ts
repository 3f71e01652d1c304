import type { Architecture } from '@vmcorekit/core';
import { numbered, type PrstatusLayout, readPrstatus, registersOffset32 } from './prstatus.ts';

/** Source: Linux, arch/arm/include/asm/ptrace.h and elf.h (18 registers). */
const prstatus: PrstatusLayout = {
  sizeInBytes: 148,
  wordSizeInBits: 32,
  groups: [
    {
      offset: registersOffset32,
      widthInBits: 32,
      names: [...numbered('r', 0, 10), 'fp', 'ip', 'sp', 'lr', 'pc', 'cpsr', 'orig_r0'],
    },
  ],
};

/** 32-bit ARM. Registers only: its page tables are not read. */
export const arm: Architecture = {
  name: 'arm',
  machines: {
    elf: [{ machine: 40, wordSizeInBits: 'any' }],
    utsname: ['armv7l', 'arm*'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
  },
  wordSizeInBits: 32,
  pageSizesInBytes: [4096],
  registers: { read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus) },
};
