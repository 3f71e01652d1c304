import type { DumpFormatName, Guest, GuestDeclaration } from './guest.ts';
import { bookwormCloud } from './packages.ts';

const everyFormat: readonly DumpFormatName[] = [
  'elf',
  'elf-paging',
  'kdump-zlib',
  'kdump-lzo',
  'kdump-snappy',
  'kdump-raw-zlib',
];

const defaults: Omit<Guest, 'name' | 'purpose' | 'kernel' | 'qemu'> = {
  architecture: 'x86_64',
  firmware: 'seabios',
  machine: 'q35',
  cpuModel: 'qemu64',
  cpuCount: 2,
  memoryInMebibytes: 256,
  commandLine: ['console=ttyS0', 'quiet'],
  objects: [],
  devices: [],
  modules: [],
  modulesOfSecondKernel: [],
  modulesIfPresent: [],
  extras: [],
  beforeTruth: '',
  afterTruth: '',
  inSecondKernel: '',
  tellsSymbolTable: false,
  ready: { truthBlocks: 1 },
  settleInSeconds: 1,
  cpusInUserMode: 0,
  kernels: ['running'],
  formats: everyFormat,
  streams: [],
  limeCaptures: [],
  capturedFormats: [],
  hibernates: false,
  xenType: null,
};

/**
 * Fills in the defaults of a declaration: an x86-64 guest of 256 MB with two CPUs, SeaBIOS, KASLR,
 * Debian's 6.1, at rest in user space.
 */
export function declareGuest(declaration: GuestDeclaration): Guest {
  // Without its driver, the guest would not report the place of its note to the device.
  const modules = declaration.devices?.includes('vmcoreinfo') ? ['qemu_fw_cfg'] : [];
  return { ...defaults, kernel: bookwormCloud, modules, ...declaration };
}

/** A guest that is stopped before any kernel runs, so no kernel prints the truth. */
export function declareGuestWithoutKernel(declaration: GuestDeclaration): Guest {
  return { ...defaults, kernels: [], ...declaration };
}
