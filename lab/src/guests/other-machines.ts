import { copiedMark, copyVmcoreScript } from '../dump/captured-vmcore.ts';
import { declareGuest } from './declare.ts';
import { virtioDisk } from './drivers.ts';
import type { Guest, GuestDeclaration } from './guest.ts';
import { debianKernel, trixieQemu } from './packages.ts';
import { crashIntoCapture } from './second-kernel.ts';
import { declareGuestUnderLoad } from './under-load.ts';

/** What the guests of one machine share. */
interface MachineDefaults extends Partial<Guest> {
  readonly architecture: Guest['architecture'];
  readonly debianArchitecture: string;
  readonly terminal: string;
}

const riscv64: MachineDefaults = {
  architecture: 'riscv64',
  debianArchitecture: 'riscv64',
  machine: 'virt',
  cpuModel: 'rv64',
  terminal: 'ttyS0',
};
const s390x: MachineDefaults = {
  architecture: 's390x',
  debianArchitecture: 's390x',
  machine: 's390-ccw-virtio',
  cpuModel: 'max',
  terminal: 'ttyS0',
};
const ppc64le: MachineDefaults = {
  architecture: 'ppc64le',
  debianArchitecture: 'ppc64el',
  machine: 'pseries',
  cpuModel: 'power9',
  terminal: 'hvc0',
  memoryInMebibytes: 512,
};
const arm: MachineDefaults = {
  architecture: 'arm',
  debianArchitecture: 'armhf',
  machine: 'virt',
  cpuModel: 'cortex-a15',
  terminal: 'ttyAMA0',
};
const loong64: MachineDefaults = {
  architecture: 'loongarch64',
  debianArchitecture: 'loong64',
  machine: 'virt',
  cpuModel: 'la464',
  terminal: 'ttyS0',
  memoryInMebibytes: 512,
  qemu: trixieQemu('qemu-system-misc'),
};
/** Debian 12 is its last release with i386 kernels. */
const i386: MachineDefaults = {
  architecture: 'i386',
  debianArchitecture: 'i386',
  firmware: 'seabios',
  cpuModel: 'qemu32,+pae',
  terminal: 'ttyS0',
};

/** Crashes into a capture kernel. */
const crashedPpc64le = {
  ...ppc64le,
  memoryInMebibytes: 1024,
  commandLine: ['console=hvc0', 'quiet', 'crashkernel=320M'],
  extras: ['kexec'],
  afterTruth: crashIntoCapture('hvc0', '-c'),
} as const satisfies MachineDefaults;
/** The capture kernel copies the memory to a disk. */
const capturedPpc64le = {
  ...crashedPpc64le,
  modulesOfSecondKernel: virtioDisk,
  ready: { truthBlocks: 1, consoleText: copiedMark },
  kernels: ['crashed'],
  formats: [],
} as const satisfies MachineDefaults;

/** @param kernel the suite, and the kernel package's name after `linux-image-` */
function declareOther(
  { debianArchitecture, terminal, ...defaults }: MachineDefaults,
  [suite, flavour]: readonly [suite: string, flavour: string],
  declaration: GuestDeclaration,
): Guest {
  return declareGuest({
    firmware: 'none',
    kernel: debianKernel([suite], debianArchitecture, flavour),
    commandLine: [`console=${terminal}`, 'quiet'],
    ...defaults,
    ...declaration,
  });
}

/** A guest under load. @param version of its kernel, as the guest's name has it */
function declareOtherUnderLoad(
  { debianArchitecture, terminal, ...defaults }: MachineDefaults,
  [suite, flavour]: readonly [suite: string, flavour: string],
  { name, version }: { readonly name: string; readonly version: string },
): Guest {
  return declareGuestUnderLoad(
    {
      firmware: 'none',
      ...defaults,
      name: `tasks-${name}-${version}`,
      purpose: `Linux ${version} on ${name}: tasks in every state`,
      kernel: debianKernel([suite], debianArchitecture, flavour),
    },
    { busyWith: 'loops' },
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
  declareOther(crashedPpc64le, ['bookworm', 'powerpc64le'], {
    name: 'ppc64le-capture-kernel',
    purpose: 'a capture kernel runs in the reserve of a crashed ppc64le guest',
    ready: { truthBlocks: 2 },
    kernels: ['crashed', 'capture'],
  }),
  declareOther(crashedPpc64le, ['forky', 'powerpc64le'], {
    name: 'ppc64le-capture-kernel-7',
    purpose: 'the same of Linux 7, whose symbols name the variables of kdump',
    ready: { truthBlocks: 2 },
    kernels: ['crashed', 'capture'],
  }),
  declareOther(capturedPpc64le, ['bookworm', 'powerpc64le'], {
    name: 'ppc64le-kdump-captured',
    purpose: "a crashed ppc64le kernel's memory as its capture kernel saved it",
    inSecondKernel: copyVmcoreScript(virtioDisk),
    capturedFormats: ['proc-vmcore'],
  }),
  declareOther(capturedPpc64le, ['bookworm', 'powerpc64le'], {
    name: 'ppc64le-kdump-makedumpfile',
    purpose: "what ppc64le's makedumpfile makes of a crashed kernel's memory",
    extras: [...crashedPpc64le.extras, 'makedumpfile'],
    inSecondKernel: copyVmcoreScript(virtioDisk, crashedPpc64le.memoryInMebibytes),
    capturedFormats: ['proc-vmcore', 'makedumpfile-flattened', 'makedumpfile-zlib'],
  }),
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
];
