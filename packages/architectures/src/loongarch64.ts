import type { Architecture } from '@vmcorekit/core';
import { numbered, type PrstatusLayout, readPrstatus, registersOffset64 } from './prstatus.ts';

/** Source: Linux, arch/loongarch/include/uapi/asm/ptrace.h (45 slots). */
const prstatus: PrstatusLayout = {
  sizeInBytes: 480,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: [...numbered('r', 0, 31), 'orig_a0', 'csr_era', 'csr_badvaddr'],
    },
  ],
};

/** LoongArch. Registers only: its page tables are not read. */
export const loongarch64: Architecture = {
  name: 'loongarch64',
  machines: {
    elf: [{ machine: 258, wordSizeInBits: 64 }],
    utsname: ['loongarch64'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
  },
  wordSizeInBits: 64,
  byteOrder: 'little',
  pageSizesInBytes: [16_384, 4096, 65_536],
  registers: { read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus) },
};
