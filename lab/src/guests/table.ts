// Imports much: it is the list of all guests.
import { copyVmcoreScript } from '../dump/captured-vmcore.ts';
import { secondKernelMark } from '../initramfs/init-script.ts';
import { guestsOfArm64 } from './arm64.ts';
import { declareGuest, declareGuestWithoutKernel } from './declare.ts';
import { virtioDisk, virtioPci } from './drivers.ts';
import type { DumpFormatName, Guest } from './guest.ts';
import { hibernatedGuests } from './hibernated.ts';
import { kdumpGuestsOfOtherMachines } from './kdump-machines.ts';
import { guestsWithLime } from './lime.ts';
import { guestsOfOtherMachines } from './other-machines.ts';
import { backportsCloud, bookwormCloud, trixieCloud, trixieQemu } from './packages.ts';
import {
  copiedByCapture,
  crashIntoCapture,
  crashKernelOption,
  dumpedInCapture,
  panicBySysrq,
  secondKernel,
} from './second-kernel.ts';
import { busyInUserMode } from './shell-lines.ts';
import { guestsWithStreams } from './streams.ts';
import { guestsUnderLoad } from './under-load.ts';
import { guestsUnderXen } from './xen.ts';

const noKaslr: readonly string[] = ['console=ttyS0', 'nokaslr'];
const pti: readonly string[] = ['console=ttyS0', 'quiet', 'pti=on'];
/** For guests whose two ELF dumps would each be as large as their memory. */
const fewFormats: readonly DumpFormatName[] = ['elf', 'kdump-zlib', 'kdump-raw-zlib'];
const allBusyInUserMode = `taskset 1 sh -c 'while :; do :; done' &\n${busyInUserMode}`;

/** Every guest of the laboratory. Adding one here is all it takes. */
export const guests: readonly Guest[] = [
  declareGuest({
    name: 'seabios-nokaslr',
    purpose: 'phys_base 0 is right',
    tellsSymbolTable: true,
    commandLine: noKaslr,
    memoryInMebibytes: 128,
  }),
  declareGuest({
    name: 'ovmf-nokaslr',
    purpose: 'the case first reported: UEFI loads the kernel above 0, QEMU says 0',
    firmware: 'ovmf',
    commandLine: noKaslr,
    memoryInMebibytes: 192,
  }),
  declareGuest({ name: 'ovmf-kaslr', purpose: 'UEFI and KASLR', firmware: 'ovmf' }),
  declareGuest({ name: 'seabios-kaslr', purpose: 'SeaBIOS and KASLR', memoryInMebibytes: 512 }),
  declareGuest({
    name: 'seabios-kaslr-vmcoreinfo',
    purpose: 'the vmcoreinfo device, and QEMU misreading phys_base from it',
    devices: ['vmcoreinfo'],
  }),
  declareGuest({
    name: 'ovmf-kaslr-vmcoreinfo',
    purpose: 'the vmcoreinfo device under UEFI',
    firmware: 'ovmf',
    devices: ['vmcoreinfo'],
  }),
  declareGuest({
    name: 'seabios-kaslr-pti',
    purpose: 'page-table isolation: user halves look like kernel roots',
    commandLine: pti,
  }),
  declareGuest({ name: 'la57', purpose: 'five-level page tables', cpuModel: 'qemu64,+la57' }),
  declareGuest({
    name: 'la57-pti',
    purpose: 'five-level page tables with page-table isolation',
    cpuModel: 'max',
    commandLine: pti,
  }),
  declareGuest({
    name: 'user-mode',
    purpose: 'one CPU in user mode at the dump',
    afterTruth: busyInUserMode,
    cpusInUserMode: 1,
  }),
  declareGuest({
    name: 'user-mode-pti',
    purpose: "one CPU in user mode, on a process's user half",
    commandLine: pti,
    afterTruth: busyInUserMode,
    cpusInUserMode: 1,
  }),
  declareGuest({
    name: 'all-in-user-mode-pti',
    purpose: 'every CPU in user mode, so that no CPU holds a kernel half',
    commandLine: pti,
    afterTruth: allBusyInUserMode,
    cpusInUserMode: 2,
  }),
  declareGuestWithoutKernel({
    name: 'firmware-seabios',
    purpose: 'stopped in SeaBIOS, which found nothing to boot: no kernel',
    ready: { afterSeconds: 3 },
    memoryInMebibytes: 128,
  }),
  declareGuestWithoutKernel({
    name: 'firmware-ovmf',
    purpose: 'stopped in UEFI firmware with its own page tables: no kernel',
    firmware: 'ovmf',
    ready: { afterSeconds: 12 },
    memoryInMebibytes: 128,
  }),
  declareGuestWithoutKernel({
    name: 'decompressor',
    purpose: 'stopped while the kernel image unpacks itself: no kernel yet',
    kernel: bookwormCloud,
    ready: { unpackingForMilliseconds: 150 },
    settleInSeconds: 0,
    memoryInMebibytes: 128,
  }),
  declareGuest({
    name: 'panicked',
    purpose: 'panicked by sysrq-c, no capture kernel',
    afterTruth: panicBySysrq,
    ready: { truthBlocks: 1, consoleText: 'end Kernel panic' },
    kernels: ['crashed'],
  }),
  declareGuest({
    name: 'capture-kernel',
    purpose:
      "two kernels in one dump: a capture kernel runs in the crashed guest's reserved memory",
    memoryInMebibytes: 512,
    commandLine: ['console=ttyS0', 'quiet', crashKernelOption],
    extras: ['kexec'],
    afterTruth: crashIntoCapture('ttyS0', '-s'),
    ...dumpedInCapture,
  }),
  declareGuest({
    name: 'kdump-captured',
    purpose:
      "a crashed kernel's memory as its capture kernel saved it, and makedumpfile's work on that",
    memoryInMebibytes: 512,
    commandLine: ['console=ttyS0', 'quiet', crashKernelOption],
    extras: ['kexec'],
    modulesOfSecondKernel: virtioDisk,
    afterTruth: crashIntoCapture('ttyS0', '-s'),
    inSecondKernel: copyVmcoreScript(virtioDisk),
    ...copiedByCapture,
    capturedFormats: [
      'proc-vmcore',
      'makedumpfile-zlib',
      'makedumpfile-lzo',
      'makedumpfile-elf',
      'makedumpfile-flattened',
      'makedumpfile-split',
    ],
  }),
  declareGuest({
    name: 'after-kexec',
    purpose: 'a kernel started by another, whose remains lie about in memory',
    memoryInMebibytes: 512,
    extras: ['kexec'],
    afterTruth: `kexec -l -s ${secondKernel} --command-line="console=ttyS0 quiet ${secondKernelMark}"\nkexec -e`,
    ready: { truthBlocks: 2 },
    kernels: ['stale', 'running'],
  }),
  declareGuest({
    name: 'decoys',
    purpose: 'false notes, banners and symbol tables in the page cache',
    memoryInMebibytes: 512,
    extras: ['decoys'],
    beforeTruth: '. /lab/plant-decoys',
  }),
  declareGuest({
    name: 'decoys-nokaslr-ovmf',
    purpose: 'the same decoys where the true offsets are small',
    firmware: 'ovmf',
    commandLine: noKaslr,
    memoryInMebibytes: 384,
    extras: ['decoys'],
    beforeTruth: '. /lab/plant-decoys',
  }),
  declareGuest({
    name: 'forged-kernel',
    purpose: 'page tables, banner and variables of a kernel that never was, in a user file',
    extras: ['forgery'],
    beforeTruth: '. /lab/forge-kernel',
  }),
  declareGuest({
    name: 'ballooned',
    purpose: 'memory given back through the balloon, and a hole below 4 GB',
    machine: 'pc,max-ram-below-4g=192M',
    memoryInMebibytes: 512,
    devices: ['virtio-balloon-pci,id=balloon'],
    modules: [...virtioPci, 'virtio_balloon'],
    balloonToMebibytes: 200,
  }),
  declareGuest({
    name: 'five-gigabytes',
    purpose: '5 GB of memory, so memory above 4 GB and a hole below it',
    memoryInMebibytes: 5120,
    formats: fewFormats,
  }),
  declareGuest({
    name: 'raw-pc',
    purpose: 'the file of 4 GB of memory, with the hole of the pc machine',
    machine: 'pc',
    memoryInMebibytes: 4096,
    formats: ['elf', 'raw'],
  }),
  declareGuest({
    name: 'raw-q35-ovmf',
    purpose: 'the file of 5 GB of memory under UEFI, with the hole of the q35 machine',
    firmware: 'ovmf',
    memoryInMebibytes: 5120,
    formats: ['elf', 'raw'],
  }),
  declareGuest({
    name: 'raw-hole',
    purpose: 'the file of 512 MB of memory with a hole below 4 GB, the kernel above it',
    machine: 'pc,max-ram-below-4g=192M',
    memoryInMebibytes: 512,
    formats: [...fewFormats, 'raw'],
  }),
  declareGuest({
    name: 'raw-padded',
    purpose: 'memory as pmemsave saves it, and the file of memory without a hole',
    formats: ['elf', 'raw', 'raw-padded'],
  }),
  declareGuest({
    name: 'trixie-kaslr',
    purpose: 'Linux 6.12',
    tellsSymbolTable: true,
    kernel: trixieCloud,
  }),
  declareGuest({
    name: 'trixie-ovmf-vmcoreinfo',
    purpose: 'Linux 6.12 under UEFI with the vmcoreinfo device',
    kernel: trixieCloud,
    firmware: 'ovmf',
    devices: ['vmcoreinfo'],
    memoryInMebibytes: 384,
  }),
  declareGuest({
    name: 'backports-kaslr',
    purpose: "the newest kernel in Debian's backports",
    tellsSymbolTable: true,
    kernel: backportsCloud,
    memoryInMebibytes: 384,
  }),
  declareGuest({
    name: 'newer-qemu',
    purpose: "QEMU 10, which writes plain KDUMP files itself and leaves the machine's name out",
    qemu: trixieQemu('qemu-system-x86'),
  }),
  declareGuest({
    name: 'newer-qemu-ovmf-vmcoreinfo',
    purpose: 'QEMU 10 with the vmcoreinfo device, under UEFI',
    qemu: trixieQemu('qemu-system-x86'),
    firmware: 'ovmf',
    devices: ['vmcoreinfo'],
  }),
  ...guestsOfArm64,
  ...guestsOfOtherMachines,
  ...kdumpGuestsOfOtherMachines,
  ...guestsWithStreams,
  ...guestsWithLime,
  ...hibernatedGuests,
  ...guestsUnderXen,
  ...guestsUnderLoad,
];

/** @throws {Error} when no guest has this name; the message lists the known ones. */
export function guestNamed(name: string): Guest {
  const guest = guests.find((candidate) => candidate.name === name);
  if (guest === undefined) {
    throw new Error(
      `no guest is named ${name}; there are ${guests.map((known) => known.name).join(', ')}`,
    );
  }
  return guest;
}
