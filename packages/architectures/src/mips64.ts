import type { Architecture } from '@vmcorekit/core';
import { numbered, type PrstatusLayout, readPrstatus, registersOffset64 } from './prstatus.ts';

/**
 * Source: Linux, arch/mips/include/uapi/asm/reg.h (45 slots, MIPS64_EF_R0 to MIPS64_EF_CP0_CAUSE).
 */
const prstatus: PrstatusLayout = {
  sizeInBytes: 480,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: [...numbered('r', 0, 31), 'lo', 'hi', 'epc', 'badvaddr', 'status', 'cause'],
    },
  ],
};

/** 64-bit MIPS, of either byte order. Registers only: its page tables are not read. */
export const mips64: Architecture = {
  name: 'mips64',
  machines: {
    elf: [{ machine: 8, wordSizeInBits: 64 }],
    utsname: ['mips64', 'mips64el'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
    // 32 registers and fcsr (arch/mips/include/asm/elf.h, ELF_NFPREG).
    fpregsetSizesInBytes: [264],
  },
  wordSizeInBits: 64,
  pageSizesInBytes: [4096, 16_384, 65_536],
  registers: { read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus) },
};
