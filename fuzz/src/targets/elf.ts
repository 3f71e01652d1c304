import { plugin } from '@vmcorekit/architectures';
import { ArchitectureTable } from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import {
  buildElf,
  openContext,
  openFormat,
  prstatusNote,
  qemuElf,
  vmcoreinfoNote,
} from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import type { FuzzTarget } from '../target.ts';

const page = new Uint8Array(0x1000).map((_, index) => index % 251);
const format = new ElfFormat();
const context = openContext({ architectures: new ArchitectureTable(plugin.architectures ?? []) });

export const elf: FuzzTarget = {
  name: 'elf',
  summary: 'an ELF vmcore',
  seeds: () => [
    buildElf(
      qemuElf([
        { p_paddr: 0, data: page.subarray(0, 0x800) },
        { p_paddr: 0x100000, data: page.subarray(0, 0x200), p_memsz: 0x3000 },
      ]),
    ).bytes,
    buildElf({
      segments: [
        { notes: [prstatusNote({ pr_pid: 1 }), vmcoreinfoNote('OSRELEASE=6.1\nPAGESIZE=4096\n')] },
        { p_paddr: 0x1000, data: page.subarray(0, 0x1000), p_align: 0x1000 },
        { p_paddr: 0x1800, data: page.subarray(0, 0x400) },
      ],
    }).bytes,
    buildElf({
      wordSizeInBits: 32,
      byteOrder: 'big',
      segments: [{ p_paddr: 0x4000, data: page.subarray(0, 0x100) }],
    }).bytes,
    buildElf({
      segments: [{ p_paddr: 0, data: page.subarray(0, 0x100) }],
      sections: [],
      hasExtendedCount: true,
    }).bytes,
  ],
  async run(bytes) {
    using image = await openFormat(format, [bytes], context);
    return exploreImage(image);
  },
};
