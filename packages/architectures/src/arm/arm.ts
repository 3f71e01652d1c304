import { type Architecture, hex, type Mmu, type TranslationRoot } from '@vmcorekit/core';
import { mappedRuns } from '../arm64/mapped-runs.ts';
import { arm64Root } from '../arm64/root.ts';
import { lpaeShape } from '../arm64/shape.ts';
import { tablePages } from '../arm64/table-pages.ts';
import { walk } from '../arm64/walk.ts';
import { numbered, type PrstatusLayout, readPrstatus, registersOffset32 } from '../prstatus.ts';
import { byWalk } from '../walk-end.ts';
import { shortRoot, shortRuns, shortTablePages, walkShort } from './short-descriptors.ts';

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

function lpaeRoot(tableAddress: number): TranslationRoot {
  const summary = `3-level tables (LPAE) at ${hex(tableAddress)}`;
  return { ...arm64Root(tableAddress, lpaeShape), summary };
}

function isShort({ levels }: TranslationRoot): boolean {
  return levels === 2;
}

/**
 * Short descriptors and LPAE. No note holds TTBR0 or TTBCR, so registers lead to no root. Linux
 * uses one table for the kernel and a program.
 */
const mmu: Mmu = {
  rootOf: () => undefined,
  instructionAddress: (registers) => registers.get('pc'),
  rootsAt: (tableAddress) => [shortRoot(tableAddress), lpaeRoot(tableAddress)],
  ...byWalk((memory, root, virtualAddress) =>
    (isShort(root) ? walkShort : walk)(memory, root, virtualAddress),
  ),
  mappedRuns: (memory, root, from, to, limit) =>
    (isShort(root) ? shortRuns : mappedRuns)(memory, root, from, to, limit),
  *tablePages(memory, roots, limit) {
    const long = roots.filter((root) => !isShort(root));
    const met = new Set<number>();
    for (const page of shortTablePages(memory, roots.filter(isShort), limit)) {
      met.add(page.physicalAddress);
      yield page;
    }
    for (const page of tablePages(memory, long, limit)) {
      if (!met.has(page.physicalAddress)) {
        yield page;
      }
    }
  },
};

/** 32-bit ARM, with short descriptors and with LPAE. */
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
  mmu,
};
