import { plugin as architectures } from '@vmcorekit/architectures';
import { ArchitectureTable, type DumpFormat, type DumpImage } from '@vmcorekit/core';
import { XenCoreFormat, XenSaveFormat } from '@vmcorekit/format-xen';
import {
  buildXenCore,
  buildXenSave,
  openContext,
  openFormat,
  xenEnd,
  xenGuestContext,
  xenHvmContext,
  xenInKernel,
  xenPageData,
  xenPvInfo,
  xenVcpuBasic,
} from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import type { FuzzTarget } from '../target.ts';

const table = new ArchitectureTable(architectures.architectures ?? []);
const context = openContext({ architectures: table });
const invalid = 2n ** 64n - 1n;
const page = (seed: number): Uint8Array =>
  new Uint8Array(4096).map((_, index) => (index * seed) & 7);
const cpu = xenGuestContext(
  { rip: 0xffffffff81000000n, cr0: 0x80050033n, cr3: 0x3000n, cr4: 0x660n },
  { flags: xenInKernel },
);
const pages = [
  { pfn: 0, gmfn: 7, bytes: page(1) },
  { pfn: 1, gmfn: invalid, bytes: page(2) },
  { pfn: 9, gmfn: 3, bytes: page(3) },
];

async function explore(format: DumpFormat, bytes: Uint8Array): Promise<string> {
  using image = await openFormat(format, [bytes], context);
  const count = image.cpus?.(table.named(image.architecture) ?? null).length ?? 0;
  return `${exploreImage(image)} ${Math.min(count, 4)} CPUs ${frames(image)}`;
}

/** Whether frames and pages lead to each other, as far as the runs go. */
function frames({ tableFrames }: DumpImage): string {
  let runs = 0;
  let last = -1;
  for (const { frame, page: first, count } of tableFrames?.runsWithin(0, 2 ** 40) ?? []) {
    if (frame <= last || count < 1 || tableFrames?.pageOf(frame) !== first) {
      throw new Error(`the run at frame ${frame} is not in order`);
    }
    last = frame + count - 1;
    if (++runs > 1000) {
      break;
    }
  }
  return tableFrames === undefined ? 'plain' : `${Math.min(runs, 3)} runs`;
}

export const xenCore: FuzzTarget = {
  name: 'xen-core',
  summary: 'the core of a Xen domain',
  seeds: () => [
    buildXenCore({ pages, prstatus: [cpu] }),
    buildXenCore({ pages, prstatus: [cpu], isParavirtual: false }),
  ],
  run: (bytes) => explore(new XenCoreFormat(), bytes),
};

export const xenSave: FuzzTarget = {
  name: 'xen-save',
  summary: 'a saved Xen domain',
  seeds: () => [
    buildXenSave({
      records: [
        xenPvInfo(8),
        xenPageData([
          { pfn: 0, bytes: page(1) },
          { pfn: 2, type: 15 },
        ]),
        xenPageData([
          { pfn: 2, type: 9, bytes: page(2) },
          { pfn: 0, bytes: page(3) },
        ]),
        xenVcpuBasic(0, cpu),
        xenEnd,
      ],
    }),
    buildXenSave({
      domainType: 2,
      records: [
        xenPageData([{ pfn: 5, bytes: page(1) }]),
        xenHvmContext([{ 656: 0x80050033n, 672: 0x1000n, 992: 0xd00n }]),
        xenEnd,
      ],
    }),
  ],
  run: (bytes) => explore(new XenSaveFormat(), bytes),
};
