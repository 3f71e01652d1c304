import { plugin as architectures } from '@vmcorekit/architectures';
import { ArchitectureTable, BufferSource } from '@vmcorekit/core';
import { VmwareFormat } from '@vmcorekit/format-vmware';
import { buildVmss, openContext, openFormat, type VmssTag } from '@vmcorekit/testing';
import { exploreImage } from '../explore-image.ts';
import type { FuzzTarget } from '../target.ts';

const memory = new Uint8Array(0x3000).map((_, index) => index % 251);
const format = new VmwareFormat();
const table = new ArchitectureTable(architectures.architectures ?? []);
const context = openContext({
  architectures: table,
  companion: async (name) => new BufferSource(memory, name),
});

const number = (name: string, value: number, ...indices: readonly number[]): VmssTag => ({
  name,
  value,
  indices,
  size: 4,
});
const regions = [
  number('regionsCount', 2),
  number('regionSize', 1, 0),
  number('regionPageNum', 1, 1),
  number('regionPPN', 0x100, 1),
  number('regionSize', 2, 1),
];
const cpus: readonly VmssTag[] = [
  number('cpu:numVCPUs', 1),
  { name: 'rip', indices: [0], value: 0xffffffff81000000n, size: 8 },
  number('IDTR', 0xfffffe00, 0, 2),
  { name: 'CR64', indices: [0], block: memory.subarray(0, 72) },
];

export const vmss: FuzzTarget = {
  name: 'vmss',
  summary: 'a VMware state',
  seeds: () => [
    buildVmss([
      { name: 'memory', tags: regions },
      { name: 'cpu', tags: cpus },
    ]),
    buildVmss([
      { name: 'cpu', tags: cpus },
      { name: 'memory', tags: [...regions, { name: 'Memory', indices: [0, 0], block: memory }] },
    ]),
  ],
  async run(bytes) {
    using image = await openFormat(format, [bytes], context);
    const count = image.cpus?.(table.ofUtsname('x86_64') ?? null).length ?? 0;
    return `${exploreImage(image)} ${Math.min(count, 4)} CPUs`;
  },
};
