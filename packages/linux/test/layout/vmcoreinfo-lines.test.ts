import { arm, arm64, i386, ppc64, riscv64, s390x } from '@vmcorekit/architectures';
import { type Architecture, type KernelLayout, VmcoreInfo } from '@vmcorekit/core';
import {
  arm64Layout,
  armLayout,
  i386Layout,
  ppc64Layout,
  riscv64Layout,
  s390xLayout,
} from '@vmcorekit/linux';
import { expect } from 'chai';

interface Case {
  readonly layout: KernelLayout;
  readonly architecture: Architecture;
  readonly imageOffset: bigint;
  readonly linearMapOffset?: bigint;
  readonly kaslrOffset?: number;
  readonly tableAddress: number;
  readonly levels: number;
  /** The lines that prove what the place does not: addresses of symbols, the page's size. */
  readonly others?: string;
  /** What a reader of the lines learns. */
  readonly claim: object;
  readonly read?: object;
}

/** Places of Debian's guests. */
const cases: readonly Case[] = [
  {
    layout: arm64Layout,
    architecture: arm64,
    imageOffset: 0xffff_d9b3_eba0_0000n,
    linearMapOffset: 0xfffe_ffff_c000_0000n,
    tableAddress: 0x41d9_d000,
    levels: 4,
    others: 'PAGESIZE=4096\n',
    claim: { imageOffset: 0xffff_d9b3_eba0_0000n, linearMapOffset: 0xfffe_ffff_c000_0000n },
    read: { rootTable: 0xffff_d9b4_2d79_d000n, basePageSizeInBytes: 4096, addressBits: 48 },
  },
  {
    layout: riscv64Layout,
    architecture: riscv64,
    imageOffset: 0xffff_fffe_ffe0_0000n,
    linearMapOffset: 0xff5f_ffff_8000_0000n,
    tableAddress: 0x81fc_b000,
    levels: 5,
    claim: { imageOffset: 0xffff_fffe_ffe0_0000n, linearMapOffset: 0xff5f_ffff_8000_0000n },
    read: { rootTable: 0xffff_ffff_81dc_b000n, levels: 5 },
  },
  {
    layout: s390xLayout,
    architecture: s390x,
    imageOffset: 0x3ff_fda0_0000n,
    linearMapOffset: 0n,
    kaslrOffset: 0x3ff_fe3a_8000,
    tableAddress: 0x155_4000,
    levels: 3,
    others: 'SYMBOL(_stext)=3fffe4a8000\n',
    claim: {
      imageOffset: 0x3ff_fda0_0000n,
      linearMapOffset: 0n,
      kaslrOffset: 0x3ff_fe3a_8000,
    },
  },
  {
    layout: ppc64Layout,
    architecture: ppc64,
    imageOffset: 0xc000_0000_0000_0000n,
    tableAddress: 0x2274_0000,
    levels: 4,
    claim: { imageOffset: 0xc000_0000_0000_0000n, linearMapOffset: 0xc000_0000_0000_0000n },
    read: { rootTable: 0xc000_0000_2274_0000n, levels: 4, isLinearMapFixed: true },
  },
  {
    layout: i386Layout,
    architecture: i386,
    imageOffset: 0xc000_0000n,
    tableAddress: 0x10e_6000,
    levels: 3,
    others: 'SYMBOL(swapper_pg_dir)=c10e6000\n',
    claim: { imageOffset: 0xc000_0000n },
    read: { rootTable: 0xc10e_6000n, levels: 3 },
  },
  {
    layout: armLayout,
    architecture: arm,
    imageOffset: 0x8000_0000n,
    tableAddress: 0x4020_3000,
    levels: 3,
    others: 'SYMBOL(swapper_pg_dir)=c0203000\n',
    claim: { textVirtualAddress: 0xc020_8000n },
    read: { rootTable: 0xc020_3000n, levels: 3 },
  },
];

describe('the lines of a VMCOREINFO that had to be put together', () => {
  for (const { layout, architecture, tableAddress, levels, ...place } of cases) {
    it(`lead back to the place they state, on ${layout.name}`, () => {
      const root =
        architecture.mmu?.rootsAt(tableAddress).find((each) => each.levels === levels) ?? null;
      const { imageOffset, linearMapOffset = null, kaslrOffset = null } = place;
      const lines = layout.vmcoreInfoLines?.({
        imageOffset,
        linearMapOffset,
        kaslrOffset,
        root,
        pagingLevels: levels,
        physBase: null,
      });
      const text = Object.entries(lines ?? {}).map(([key, value]) => `${key}=${value}\n`);
      const read = layout.readVmcoreInfo(new VmcoreInfo(`${place.others ?? ''}${text.join('')}`));
      expect(read).to.deep.equal({ claim: place.claim, ...place.read });
    });
  }
});
