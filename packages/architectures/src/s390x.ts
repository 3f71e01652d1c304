import type { Architecture } from '@vmcorekit/core';
import { numbered, type PrstatusLayout, readPrstatus, registersOffset64 } from './prstatus.ts';

/** Source: Linux, arch/s390/include/uapi/asm/ptrace.h, s390_regs. */
const prstatus: PrstatusLayout = {
  sizeInBytes: 336,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: ['psw_mask', 'psw_addr', ...numbered('r', 0, 15)],
    },
    { offset: registersOffset64 + 144, widthInBits: 32, names: numbered('a', 0, 15) },
    { offset: registersOffset64 + 208, widthInBits: 64, names: ['orig_r2'] },
  ],
};

/** IBM Z. Registers only: its page tables are not read. */
export const s390x: Architecture = {
  name: 's390x',
  machines: {
    elf: [{ machine: 22, wordSizeInBits: 64 }],
    utsname: ['s390x'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
  },
  wordSizeInBits: 64,
  byteOrder: 'big',
  pageSizesInBytes: [4096],
  registers: { read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus) },
};
