import type { Architecture, Dump, KernelLayout } from '@vmcorekit/core';
import { scanForKallsyms } from '@vmcorekit/linux';
import { buildKallsyms, SparseMemory } from '@vmcorekit/testing';
import type { FuzzTarget } from '../target.ts';

const start = 0x4000_0000;
const sizeInBytes = 0x10000;
const tableAt = start + 0x1008;
const imageOffset = 0xffff_bf56_17a0_0000n;

const writings = [
  { layout: '6.1', addresses: 'relative' },
  { layout: '6.4', addresses: 'absolute' },
  { layout: '6.15', addresses: 'relative', byteOrder: 'big' },
  { layout: '7.0', addresses: 'place' },
] as const;

function seed(writing: (typeof writings)[number]): Uint8Array {
  const text = imageOffset + 0x4000_0000n;
  const symbols = [
    { name: '_stext', address: text },
    ...Array.from({ length: 600 }, (_, index) => ({
      name: `do_${(index * 7919) % 1009}`,
      address: text + 0x40n + BigInt(index) * 16n,
    })),
    { name: 'kallsyms_token_table', address: imageOffset + BigInt(tableAt) },
  ];
  return buildKallsyms({ ...writing, symbols, virtualAddress: imageOffset + BigInt(tableAt) })
    .bytes;
}

/** The same search that meets every page of a dump: whatever bytes it finds are hostile. */
export const physicalKallsyms: FuzzTarget = {
  name: 'physical-kallsyms',
  summary: 'symbol tables anywhere in physical memory',
  seeds: () => writings.map(seed),
  run(bytes) {
    const memory = new SparseMemory({ ranges: [{ start, end: start + sizeInBytes }] });
    memory.write(tableAt, bytes.subarray(0, start + sizeInBytes - tableAt));
    const window = { start: 0xffff_8000_0000_0000n, end: 1n << 64n };
    const dump = {
      image: { memory },
      architecture: { wordSizeInBits: 64 } as Architecture,
      layout: { imageWindow: () => window } as unknown as KernelLayout,
    } as unknown as Dump;
    let tables = 0;
    for (const step of scanForKallsyms(dump, () => undefined)) {
      if (!('kind' in step)) {
        tables += 1;
        step.table.find('_stext');
        step.table.find('do_0');
        step.table.at(imageOffset + 0x4000_0123n);
      }
    }
    return tables === 0 ? 'none' : 'table';
  },
};
