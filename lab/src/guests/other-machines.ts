import type { Guest } from './guest.ts';
import {
  arm,
  declareOther,
  i386,
  loong64,
  type MachineDefaults,
  ppc64le,
  riscv64,
  s390x,
} from './machine-defaults.ts';
import { debianKernel, trixieQemu } from './packages.ts';
import { declareGuestUnderLoad } from './under-load.ts';

/**
 * A guest under load, which may panic by sysrq.
 * @param version of its kernel, as the guest's name has it
 */
function declareOtherUnderLoad(
  { debianArchitecture, terminal, ...defaults }: MachineDefaults,
  [suite, flavour]: readonly [suite: string, flavour: string],
  { name, version, panic }: { name: string; version: string; panic?: 'sysrq' },
): Guest {
  return declareGuestUnderLoad(
    {
      firmware: 'none',
      ...defaults,
      name: `${panic === undefined ? 'tasks' : `panic-${panic}`}-${name}-${version}`,
      purpose: `Linux ${version} on ${name}: ${panic === undefined ? 'tasks in every state' : 'panicked by a task'}`,
      kernel: debianKernel([suite], debianArchitecture, flavour),
    },
    { busyWith: 'loops', ...(panic === undefined ? {} : { panic }) },
    terminal,
  );
}

/** A small guest or some of each machine that is neither x86-64 nor arm64. */
export const guestsOfOtherMachines: readonly Guest[] = [
  declareOther(i386, ['bookworm', '686-pae'], {
    name: 'i386-pae',
    purpose: '32-bit guest with PAE page tables',
  }),
  declareOther(i386, ['bookworm', '686-pae'], {
    name: 'i386-pae-above-4g',
    purpose: "32-bit guest with memory above 4 GB: QEMU's ELF64 file for EM_386",
    machine: 'pc,max-ram-below-4g=192M',
    memoryInMebibytes: 320,
    cpuModel: 'qemu64',
  }),
  declareOther(i386, ['bookworm', '686'], {
    name: 'i386',
    purpose: '32-bit guest with page tables of two levels',
  }),
  declareOther(riscv64, ['trixie', 'riscv64'], {
    name: 'riscv64-6.12',
    purpose: 'Linux 6.12 on riscv64, Sv57',
  }),
  declareOther(riscv64, ['trixie', 'riscv64'], {
    name: 'riscv64-6.12-sv39',
    purpose: 'Linux 6.12 on riscv64 with page tables of three levels',
    commandLine: ['console=ttyS0', 'quiet', 'no4lvl'],
  }),
  declareOther(riscv64, ['trixie', 'riscv64'], {
    name: 'riscv64-6.12-sv48',
    purpose: 'Linux 6.12 on riscv64 with page tables of four levels',
    commandLine: ['console=ttyS0', 'quiet', 'no5lvl'],
  }),
  declareOther(riscv64, ['forky', 'riscv64'], {
    name: 'riscv64-7',
    purpose: "Linux 7 on riscv64, of Debian's next release, which reports satp",
  }),
  declareOther(s390x, ['bookworm', 's390x'], {
    name: 's390x-6.1',
    purpose: 'Linux 6.1 on s390x, big-endian, whose virtual addresses are physical',
  }),
  declareOther(s390x, ['forky', 's390x'], {
    name: 's390x-7',
    purpose: "Linux 7 on s390x, of Debian's next release: virtual addresses are not physical",
  }),
  declareOtherUnderLoad(s390x, ['forky', 's390x'], { name: 's390x', version: '7' }),
  declareOther(ppc64le, ['bookworm', 'powerpc64le'], {
    name: 'ppc64le-radix-6.1',
    purpose:
      "Linux 6.1 on POWER9: radix tables, pages of 64 KB, and a big-endian file of QEMU 7.2's",
  }),
  declareOther(ppc64le, ['bookworm', 'powerpc64le'], {
    name: 'ppc64le-hash-6.1',
    purpose: 'Linux 6.1 on POWER8: a hash table, so no page tables of the kernel',
    cpuModel: 'power8',
  }),
  declareOther(ppc64le, ['forky', 'powerpc64le'], {
    name: 'ppc64le-radix-7',
    purpose: "Linux 7 on POWER9 with pages of 4 KB, of Debian's next release",
  }),
  declareOther(ppc64le, ['forky', 'powerpc64le-64k'], {
    name: 'ppc64le-64k',
    purpose: 'Linux 7 on POWER9 with pages of 64 KB',
  }),
  declareOther(ppc64le, ['bookworm', 'powerpc64le'], {
    name: 'ppc64le-newer-qemu',
    purpose: "ppc64le under QEMU 10, which writes the file in the kernel's byte order",
    qemu: trixieQemu('qemu-system-ppc'),
  }),
  declareOtherUnderLoad(ppc64le, ['forky', 'powerpc64le'], { name: 'ppc64le', version: '7' }),
  declareOther(arm, ['bookworm', 'armmp'], {
    name: 'arm-6.1',
    purpose: 'Linux 6.1 on 32-bit arm with short descriptors',
    machine: 'virt,highmem=off',
  }),
  declareOther(arm, ['trixie', 'armmp'], {
    name: 'arm-6.12',
    purpose: 'Linux 6.12 on 32-bit arm with short descriptors',
    machine: 'virt,highmem=off',
  }),
  declareOther(arm, ['trixie', 'armmp-lpae'], {
    name: 'arm-lpae-6.12',
    purpose: 'Linux 6.12 on 32-bit arm with long descriptors',
  }),
  declareOther(loong64, ['forky', 'loong64'], {
    name: 'loong64-7',
    purpose: "Linux 7 on loong64, of Debian's next release",
    // Without UEFI's tables it looks for a keyboard where there are no ports, and dies.
    commandLine: ['console=ttyS0', 'quiet', 'initcall_blacklist=i8042_init'],
  }),
  declareOtherUnderLoad(riscv64, ['trixie', 'riscv64'], { name: 'riscv64', version: '6.12' }),
  declareOtherUnderLoad(riscv64, ['trixie', 'riscv64'], {
    name: 'riscv64',
    version: '6.12',
    panic: 'sysrq',
  }),
];
