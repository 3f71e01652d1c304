import { copyVmcoreScript } from '../dump/captured-vmcore.ts';
import { declareGuest } from './declare.ts';
import { virtioDisk } from './drivers.ts';
import type { Guest, GuestDeclaration, PackageChoice } from './guest.ts';
import { debianKernel, trixieQemu } from './packages.ts';
import {
  copiedByCapture,
  crashIntoCapture,
  dumpedInCapture,
  panicBySysrq,
} from './second-kernel.ts';
import { busyInUserMode } from './shell-lines.ts';
import { declareGuestUnderLoad } from './under-load.ts';

const terminal = 'ttyAMA0';
const quiet: readonly string[] = [`console=${terminal}`, 'quiet'];

function kernel(suite: string, flavour: string): PackageChoice {
  return debianKernel([suite], 'arm64', flavour);
}

/** Debian 12's kernel, Linux 6.1. */
const bookworm = kernel('bookworm', 'cloud-arm64');
/** Debian 13's kernel, Linux 6.12; and with pages of 16 KB. */
const trixie = kernel('trixie', 'cloud-arm64');
const trixie16k = kernel('trixie', 'arm64-16k');
/** The newest kernel Debian packages for a stable release. */
const backports = kernel('trixie-backports', 'cloud-arm64');

/** Has LPA2, so 52-bit addresses; the default has 48. Its way to sign pointers is the quick one. */
const newestCpu = 'max,pauth-impdef=on';

/** Crashes into a capture kernel. */
const crashed = {
  memoryInMebibytes: 512,
  commandLine: [...quiet, 'crashkernel=192M'],
  extras: ['kexec'],
  afterTruth: crashIntoCapture(terminal, '-c'),
} as const satisfies Partial<Guest>;

/** The capture kernel copies the memory to a disk. */
const captured = {
  ...crashed,
  ...copiedByCapture,
} as const satisfies Partial<Guest>;

/**
 * kexec-tools asks kallsyms for `_text`, which 6.1's lacks, and places the memory wrongly without
 * it. It lies 64 KB before `_stext`.
 */
const completeSymbols = `stext=$(grep ' _stext$' /proc/kallsyms | cut -c 1-16)
{ printf '%016x T _text\\n' $(( 0x$stext - 0x10000 )); cat /proc/kallsyms; } > /tmp/kallsyms
mount -o bind /tmp/kallsyms /proc/kallsyms`;

/** What an arm64 guest has unless its declaration says otherwise. */
const defaults = {
  architecture: 'aarch64',
  firmware: 'none',
  machine: 'virt',
  cpuModel: 'cortex-a72',
} as const;

/** An arm64 guest whose kernel QEMU starts itself, with KASLR and Debian's 6.1. */
function declareArm64(declaration: GuestDeclaration): Guest {
  return declareGuest({ ...defaults, kernel: bookworm, commandLine: quiet, ...declaration });
}

function declareUnderLoad(version: string, kernelPackage: PackageChoice): Guest {
  return declareGuestUnderLoad(
    {
      ...defaults,
      name: `tasks-arm64-${version}`,
      purpose: `Linux ${version} on arm64: tasks in every state`,
      kernel: kernelPackage,
    },
    { busyWith: 'loops' },
    terminal,
  );
}

export const guestsOfArm64: readonly Guest[] = [
  declareArm64({ name: 'arm64', purpose: 'an arm64 guest, with 64 KiB blocks in KDUMP' }),
  declareArm64({
    name: 'arm64-uefi',
    purpose: 'arm64 under UEFI, whose own page tables and stub remain in memory',
    firmware: 'aavmf',
    memoryInMebibytes: 384,
  }),
  declareArm64({
    name: 'arm64-nokaslr',
    purpose: 'arm64 at its link address',
    commandLine: [...quiet, 'nokaslr'],
  }),
  declareArm64({
    name: 'arm64-6.12',
    purpose: 'Linux 6.12 on arm64',
    tellsSymbolTable: true,
    kernel: trixie,
  }),
  declareArm64({
    name: 'arm64-6.12-uefi-vmcoreinfo',
    purpose: 'Linux 6.12 on arm64 under UEFI, with the vmcoreinfo device',
    kernel: trixie,
    firmware: 'aavmf',
    // The stub takes its random offset from the firmware, and that from this device.
    devices: ['vmcoreinfo', 'virtio-rng-pci'],
    memoryInMebibytes: 384,
  }),
  declareArm64({
    name: 'arm64-7',
    purpose: "the newest kernel in Debian's backports on arm64",
    tellsSymbolTable: true,
    kernel: backports,
    memoryInMebibytes: 384,
  }),
  declareArm64({
    name: 'arm64-lpa2',
    purpose: 'five levels of 4 KB pages: 52-bit addresses, and signed return addresses',
    kernel: backports,
    cpuModel: newestCpu,
    memoryInMebibytes: 384,
  }),
  declareArm64({
    name: 'arm64-16k',
    purpose: 'pages of 16 KB on a CPU without LPA2',
    kernel: trixie16k,
    cpuModel: 'neoverse-n1', // The default has no pages of 16 KB.
    memoryInMebibytes: 384,
  }),
  declareArm64({
    name: 'arm64-16k-lpa2',
    purpose: 'pages of 16 KB, 52-bit addresses',
    kernel: trixie16k,
    cpuModel: newestCpu,
    memoryInMebibytes: 384,
  }),
  declareArm64({
    name: 'arm64-vmcoreinfo',
    purpose: 'the vmcoreinfo device on arm64, from which QEMU takes PHYS_OFFSET for phys_base',
    devices: ['vmcoreinfo'],
  }),
  declareArm64({
    name: 'arm64-user-mode-kpti',
    purpose: 'one arm64 CPU in user mode, with page-table isolation',
    commandLine: [...quiet, 'kpti=on'],
    afterTruth: busyInUserMode,
    cpusInUserMode: 1,
  }),
  declareArm64({
    name: 'arm64-panicked',
    purpose: 'arm64 panicked by sysrq-c, no capture kernel',
    afterTruth: panicBySysrq,
    ready: { truthBlocks: 1, consoleText: 'end Kernel panic' },
    kernels: ['crashed'],
  }),
  declareArm64({
    ...crashed,
    name: 'arm64-capture-kernel',
    purpose: 'a capture kernel runs in the reserve of a crashed arm64 guest',
    kernel: trixie,
    ...dumpedInCapture,
  }),
  declareArm64({
    ...captured,
    name: 'arm64-kdump-captured',
    purpose: "a crashed arm64 kernel's memory as its capture kernel saved it",
    kernel: trixie,
    // The rest of virtio is built into Debian's 6.12 for arm64.
    modulesOfSecondKernel: ['virtio_blk'],
    inSecondKernel: copyVmcoreScript(['virtio_blk']),
    capturedFormats: ['proc-vmcore'],
  }),
  declareArm64({
    ...captured,
    name: 'arm64-kdump-makedumpfile',
    purpose: "what arm64's makedumpfile makes of a crashed kernel's memory",
    extras: [...captured.extras, 'makedumpfile'],
    modulesOfSecondKernel: virtioDisk,
    afterTruth: `${completeSymbols}\n${captured.afterTruth}`,
    // It knows no 52-bit addresses with pages of 4 KB, for which 6.12 is built.
    inSecondKernel: copyVmcoreScript(virtioDisk, captured.memoryInMebibytes),
    capturedFormats: ['proc-vmcore', 'makedumpfile-flattened', 'makedumpfile-zlib'],
  }),
  declareArm64({
    name: 'arm64-newer-qemu',
    purpose: 'arm64 under QEMU 10, which writes plain KDUMP files itself',
    qemu: trixieQemu('qemu-system-arm'),
  }),
  declareUnderLoad('6.1', bookworm),
  declareUnderLoad('6.12', trixie),
];
