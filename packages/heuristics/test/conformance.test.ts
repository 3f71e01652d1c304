import type { Dump, KernelClaim } from '@vmcorekit/core';
import { plugin } from '@vmcorekit/heuristics';
import { kallsyms } from '@vmcorekit/linux';
import { describeHeuristic, type HeuristicCase } from '@vmcorekit/testing';
import { arm64Guest, movedText, offsetOf } from './arm64-guest.ts';
import { dumpOf, emptyMemory, factsIn, kernelIn, physBase } from './guest.ts';
import {
  imageOffsetOf,
  riscv64Cpu,
  riscv64Dump,
  riscv64Memory,
  riscv64Places,
} from './riscv64-guest.ts';
import { guestOf612, s390xDump, s390xMemory, withControlRegisters } from './s390x-guest.ts';

/**
 * A guest of which every way to look can see something: header, VMCOREINFO, a CPU with its IDT,
 * page tables, kallsyms.
 */
async function richGuest(): Promise<Dump> {
  const memory = emptyMemory();
  const kernel = kernelIn(memory, { namesKallsyms: true });
  return dumpOf(memory, {
    cr3: [kernel.root],
    registers: { idt_base: kernel.symbols.get('idt_table') ?? 0n },
    vmcoreinfo: kernel.vmcoreInfo,
    facts: await factsIn({ phys_base: BigInt.asUintN(64, BigInt(physBase)) }),
  });
}

const misread: HeuristicCase = {
  title: 'on a header that QEMU misread',
  open: async () =>
    dumpOf(emptyMemory(), {
      facts: await factsIn({ phys_base: 0xfffffff8ffbb7898n }),
      vmcoreinfo: 'NUMBER(phys_base)=-700448768\n',
    }),
  finds: { physBase: -700448768 },
};

/** Fields that each must claim of the guest; most claim phys_base itself. */
const claims: Readonly<Record<string, KernelClaim | null>> = {
  'marker-check': null,
  'cpu-tables': { imageOffset: imageOffsetOf(riscv64Places.crashed) },
  lowcore: { imageOffset: guestOf612.kernelOffset },
  'named-tables': { imageOffset: offsetOf(movedText) },
};

/** Guests for those that know other machines only. */
const otherGuests: Readonly<Record<string, () => Dump>> = {
  'cpu-tables': () => riscv64Dump(riscv64Memory(), [riscv64Cpu(riscv64Places.crashed.process)]),
  'named-tables': () => arm64Guest(),
  lowcore: () => s390xDump(s390xMemory(guestOf612), [withControlRegisters]),
};

describe('every heuristic that comes with vmcorekit, by the conformance kit', () => {
  for (const heuristic of plugin.heuristics ?? []) {
    const { name } = heuristic;
    const finds = claims[name] === undefined ? { physBase } : claims[name];
    describeHeuristic(heuristic, {
      cases: [
        {
          title: 'on a guest with a kernel',
          open: otherGuests[name] ?? richGuest,
          finds,
          symbolCarvers: [kallsyms],
        },
        {
          title: 'on memory without a kernel',
          open: () => dumpOf(emptyMemory()),
          finds: null,
          symbolCarvers: [kallsyms],
        },
        ...(name === 'marker-check' ? [misread] : []),
      ],
      // No machine takes a hundredth of it.
      stepLimitInMilliseconds: 60_000,
    });
  }
});
