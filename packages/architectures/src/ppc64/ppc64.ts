import type { Architecture } from '@vmcorekit/core';
import { numbered, type PrstatusLayout, readPrstatus, registersOffset64 } from '../prstatus.ts';

/**
 * Source: Linux, arch/powerpc/include/uapi/asm/ptrace.h and elf.h (48 slots, the last four empty).
 */
const prstatus: PrstatusLayout = {
  sizeInBytes: 504,
  wordSizeInBits: 64,
  groups: [
    {
      offset: registersOffset64,
      widthInBits: 64,
      names: [
        ...numbered('r', 0, 31),
        ...[
          'nip',
          'msr',
          'orig_r3',
          'ctr',
          'lr',
          'xer',
          'ccr',
          'softe',
          'trap',
          'dar',
          'dsisr',
          'result',
        ],
      ],
    },
  ],
};

/** 64-bit PowerPC, of either byte order. Registers only: its page tables are not read. */
export const ppc64: Architecture = {
  name: 'ppc64',
  machines: {
    elf: [{ machine: 21, wordSizeInBits: 'any' }],
    utsname: ['ppc64', 'ppc64le'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
  },
  wordSizeInBits: 64,
  pageSizesInBytes: [65_536, 4096],
  registers: { read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus) },
};
