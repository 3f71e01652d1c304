import type { Architecture, Mmu, TranslationRoot } from '@vmcorekit/core';
import { VmcorekitError } from '@vmcorekit/core';
import { linearWindow, runsOfWindow, throughWindow } from '../linear-window.ts';
import { numbered, type PrstatusLayout, readPrstatus, registersOffset64 } from '../prstatus.ts';
import { byWalk } from '../walk-end.ts';

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

/**
 * The windows that Linux sets up: DMW1 with cached accesses, DMW0 without. Bits 63:60 of an address
 * choose one, the bits below are the physical address. Source: LoongArch Reference Manual, volume
 * 1, "Direct Mapping Address Translation Mode" and "Direct Mapping Configuration Window Registers";
 * Linux, arch/loongarch/include/asm/loongarch.h (CSR_DMW0_VSEG, CSR_DMW1_VSEG).
 */
const windows: readonly (readonly [window: TranslationRoot, start: bigint])[] = [
  [linearWindow('cached', 'the direct window at 0x9000000000000000'), 0x9000_0000_0000_0000n],
  [linearWindow('uncached', 'the direct window at 0x8000000000000000'), 0x8000_0000_0000_0000n],
];

function startOf({ key, summary }: TranslationRoot): bigint {
  const start = windows.find(([window]) => window.key === key)?.[1];
  if (start === undefined) {
    throw new VmcorekitError('contract', { what: `${summary}: not a window of loongarch64` });
  }
  return start;
}

/**
 * A kernel runs in a direct window, without tables; those of programs and of vmalloc are not read.
 * No note has the program counter: ERA is where the last exception interrupted the CPU, or where
 * the next ERTN leads.
 */
const mmu: Mmu = {
  rootOf: () => undefined,
  windows: windows.map(([window]) => window),
  instructionAddress: (registers) => registers.get('csr_era'),
  rootsAt: () => [],
  ...byWalk((memory, root, virtualAddress) => throughWindow(memory, startOf(root), virtualAddress)),
  mappedRuns: (memory, root, from, to, limit) =>
    runsOfWindow(memory, startOf(root), from, to, limit),
  mapsLinearly: () => true,
};

/** LoongArch of 64 bits: registers and direct windows; its page tables are not read. */
export const loongarch64: Architecture = {
  name: 'loongarch64',
  machines: {
    elf: [{ machine: 258, wordSizeInBits: 64 }],
    utsname: ['loongarch64'],
    prstatusSizeInBytes: prstatus.sizeInBytes,
    fpregsetSizesInBytes: [268, 272],
  },
  wordSizeInBits: 64,
  byteOrder: 'little',
  pageSizesInBytes: [16_384, 4096, 65_536],
  registers: { read: (note, byteOrder) => readPrstatus(note, byteOrder, prstatus) },
  mmu,
};
