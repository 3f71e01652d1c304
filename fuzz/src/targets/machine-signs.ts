import { plugin } from '@vmcorekit/architectures';
import { ArchitectureTable, printable } from '@vmcorekit/core';
import { type MachineSigns, searchMachineSigns } from '@vmcorekit/linux';
import { buildElf, buildUtsname, SparseMemory } from '@vmcorekit/testing';
import { type FuzzTarget, must } from '../target.ts';

const start = 0x4000_0000;
const end = start + 0x8000;
const pageSizeInBytes = 4096;
const architectures = new ArchitectureTable(plugin.architectures ?? []);

/** ELF headers at the start of two pages, and two utsnames, of which one crosses two pages. */
function seed(machines: readonly [string, string], e_machine: number): Uint8Array {
  const header = buildElf({ segments: [], fields: { e_machine } }).bytes.subarray(0, 64);
  const [first, second] = machines.map((machine) => buildUtsname({ machine, release: '6.12.1' }));
  const bytes = new Uint8Array(2 * pageSizeInBytes + header.length);
  bytes.set(header);
  bytes.set(first ?? [], pageSizeInBytes - 8);
  bytes.set(second ?? [], pageSizeInBytes + 1024);
  bytes.set(header, 2 * pageSizeInBytes);
  return bytes;
}

function signsIn(memory: SparseMemory): readonly MachineSigns[] {
  const work = searchMachineSigns(memory, architectures);
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return step.value;
    }
  }
}

/** The search of a dump whose file names no machine: every page may hold a forged sign. */
export const machineSigns: FuzzTarget = {
  name: 'machine-signs',
  summary: 'utsnames and ELF headers anywhere in physical memory',
  seeds: () => [
    seed(['aarch64', 'aarch64'], 183),
    seed(['ppc64le', 's390x'], 62),
    seed(['i686', 'pdp11'], 3),
  ],
  run(bytes) {
    const memory = new SparseMemory({ ranges: [{ start, end }] });
    memory.write(start, bytes.subarray(0, end - start));
    const kinds = signsIn(memory);
    for (const signs of kinds) {
      const named = new Set(signs.map(({ architecture }) => architecture));
      must(signs.length > 0 && named.size === signs.length, 'a kind names each machine once');
      for (const { because, at } of signs) {
        must(because === printable(because), 'a reason holds no control characters');
        must(
          at.length === 1 &&
            at.every(
              ({ physicalAddress = -1 }) => physicalAddress >= start && physicalAddress < end,
            ),
          'a sign lies in memory',
        );
      }
    }
    return kinds.map((signs) => signs.map(({ architecture }) => architecture).join(',')).join('; ');
  },
};
