import { copyVmcoreScript } from '../dump/captured-vmcore.ts';
import { virtioDisk } from './drivers.ts';
import type { Guest } from './guest.ts';
import { declareOther, type MachineDefaults, ppc64le, riscv64 } from './machine-defaults.ts';
import { copiedByCapture, crashIntoCapture, dumpedInCapture } from './second-kernel.ts';

/** Crashes into a capture kernel. */
const crashedRiscv64 = {
  ...riscv64,
  memoryInMebibytes: 512,
  commandLine: ['console=ttyS0', 'quiet', 'crashkernel=192M'],
  extras: ['kexec'],
  afterTruth: crashIntoCapture('ttyS0', '-c'),
} as const satisfies MachineDefaults;
/** The same; its kernels are larger. */
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
  ...copiedByCapture,
} as const satisfies MachineDefaults;

/** Guests of riscv64 and ppc64le that crash into a capture kernel. */
export const kdumpGuestsOfOtherMachines: readonly Guest[] = [
  declareOther(crashedRiscv64, ['trixie', 'riscv64'], {
    name: 'riscv64-capture-kernel',
    purpose: 'a capture kernel runs in the reserve of a crashed riscv64 guest, at its addresses',
    ...dumpedInCapture,
  }),
  declareOther(crashedRiscv64, ['trixie', 'riscv64'], {
    name: 'riscv64-kdump-captured',
    purpose: "a crashed riscv64 kernel's memory as its capture kernel saved it",
    // The rest of virtio is built into Debian's 6.12 for riscv64.
    modulesOfSecondKernel: ['virtio_blk'],
    inSecondKernel: copyVmcoreScript(['virtio_blk']),
    ...copiedByCapture,
    capturedFormats: ['proc-vmcore'],
  }),
  declareOther(crashedPpc64le, ['bookworm', 'powerpc64le'], {
    name: 'ppc64le-capture-kernel',
    purpose: 'a capture kernel runs in the reserve of a crashed ppc64le guest',
    ...dumpedInCapture,
  }),
  declareOther(crashedPpc64le, ['forky', 'powerpc64le'], {
    name: 'ppc64le-capture-kernel-7',
    purpose: 'the same of Linux 7, whose symbols name the variables of kdump',
    ...dumpedInCapture,
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
];
