import type { Architecture } from '@vmcorekit/core';
import { numbered, type PrstatusLayout, readPrstatus, registersOffset32 } from './prstatus.ts';

/**
 * Source: Linux, arch/mips/include/uapi/asm/reg.h (45 slots, MIPS32_EF_R0 to MIPS32_EF_CP0_CAUSE).
 */
const prstatus: PrstatusLayout = {
  sizeInBytes: 256,
  wordSizeInBits: 32,
  groups: [
    {
      offset: registersOffset32,
      widthInBits: 32,
      // Six slots for arguments come first: EF_R0 is 6.
      names: [
        ...Array.from({ length: 6 }, () => null),
        ...numbered('r', 0, 31),
        ...['lo', 'hi', 'epc', 'badvaddr', 'status', 'cause'],
      ],
    },
  ],
};

/** 32-bit MIPS, of either byte order. Registers only: its page tables are not read. */
export const mips: Architecture = {
  name: 'mips',
  machines: {
    elf: [{ machine: 8, wordSizeInBits: 32 }],
    utsname: ['mips', 'mipsel'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
  },
  wordSizeInBits: 32,
  pageSizesInBytes: [4096, 16_384, 65_536],
  registers: { read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus) },
};
