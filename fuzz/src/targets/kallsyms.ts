import type { Dump, MappedRun } from '@vmcorekit/core';
import { kallsyms as source, x8664Layout } from '@vmcorekit/linux';
import {
  buildKallsyms,
  type KallsymsLayout,
  kallsymsAddressesOf,
  linearMemory,
  linearRoot,
  SparseMemory,
} from '@vmcorekit/testing';
import type { FuzzTarget } from '../target.ts';

const textAt = 0xffffffff92000000n;
const rodataAt = 0xffffffff92400000n;
const rodataSize = 0x10000;
const physicalStart = 0x5000000;
const tableAt = 0x1008;
const layouts: readonly KallsymsLayout[] = [...kallsymsAddressesOf.keys()];

const rodata: MappedRun = {
  virtualAddress: rodataAt,
  physicalAddress: physicalStart,
  lengthInBytes: rodataSize,
  isWritable: false,
  isExecutable: false,
};
const text: MappedRun = {
  ...rodata,
  virtualAddress: textAt,
  physicalAddress: 0x4000000,
  lengthInBytes: 0x8000,
  isExecutable: true,
};
const banner = Uint8Array.from(
  'Linux version 6.9.1-test (builder@host) (gcc) #1 SMP\n',
  (character) => character.charCodeAt(0),
);

function seed(layout: KallsymsLayout): Uint8Array {
  const functions = Array.from({ length: 1100 }, (_, index) => ({
    name: `do_${index % 7 === 0 ? 'longer_' : ''}${(index * 7919) % 1009}`,
    address: textAt + 0x40n + BigInt(index) * 16n,
  }));
  const symbols = [
    { name: '_text', address: textAt },
    ...functions,
    { name: 'linux_banner', address: rodataAt + 0x80n },
  ];
  return buildKallsyms({ layout, symbols, virtualAddress: rodataAt + BigInt(tableAt) }).bytes;
}

export const kallsyms: FuzzTarget = {
  name: 'kallsyms',
  summary: "a symbol table in a kernel's read-only data",
  seeds: () => layouts.map(seed),
  run(bytes) {
    const memory = new SparseMemory({
      ranges: [{ start: physicalStart, end: physicalStart + rodataSize }],
    });
    memory.write(physicalStart + 0x80, banner);
    memory.write(physicalStart + tableAt, bytes.subarray(0, rodataSize - tableAt));
    const dump = {
      image: { memory },
      vmcoreinfo: null,
      architecture: null,
      layout: x8664Layout,
    } as unknown as Dump;
    const work = source.carve({
      dump,
      root: linearRoot,
      runs: [text, rodata],
      memory: linearMemory(memory, [rodata]),
    });
    for (let step = work.next(); ; step = work.next()) {
      if (step.done === true) {
        const table = step.value;
        const known = ['_text', 'linux_banner', 'do_longer_0', 'nothing'].filter(
          (name) => table?.find(name)?.address !== undefined,
        );
        table?.at(textAt + 0x123n);
        table?.at(0n, 'return');
        return table === undefined
          ? 'none'
          : `table ${known.join(' ')} ${table.banner === undefined ? '' : 'banner'}`;
      }
    }
  },
};
