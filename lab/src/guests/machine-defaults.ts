import { declareGuest } from './declare.ts';
import type { Guest, GuestDeclaration } from './guest.ts';
import { debianKernel, trixieQemu } from './packages.ts';

/** What the guests of one machine share. */
export interface MachineDefaults extends Partial<Guest> {
  readonly architecture: Guest['architecture'];
  readonly debianArchitecture: string;
  readonly terminal: string;
}

export const riscv64: MachineDefaults = {
  architecture: 'riscv64',
  debianArchitecture: 'riscv64',
  machine: 'virt',
  cpuModel: 'rv64',
  terminal: 'ttyS0',
};
export const s390x: MachineDefaults = {
  architecture: 's390x',
  debianArchitecture: 's390x',
  machine: 's390-ccw-virtio',
  cpuModel: 'max',
  terminal: 'ttyS0',
};
export const ppc64le: MachineDefaults = {
  architecture: 'ppc64le',
  debianArchitecture: 'ppc64el',
  machine: 'pseries',
  cpuModel: 'power9',
  terminal: 'hvc0',
  memoryInMebibytes: 512,
};
export const arm: MachineDefaults = {
  architecture: 'arm',
  debianArchitecture: 'armhf',
  machine: 'virt',
  cpuModel: 'cortex-a15',
  terminal: 'ttyAMA0',
};
export const loong64: MachineDefaults = {
  architecture: 'loongarch64',
  debianArchitecture: 'loong64',
  machine: 'virt',
  cpuModel: 'la464',
  terminal: 'ttyS0',
  memoryInMebibytes: 512,
  qemu: trixieQemu('qemu-system-misc'),
};
/** Debian 12 is its last release with i386 kernels. */
export const i386: MachineDefaults = {
  architecture: 'i386',
  debianArchitecture: 'i386',
  firmware: 'seabios',
  cpuModel: 'qemu32,+pae',
  terminal: 'ttyS0',
};

/** @param kernel the suite, and the kernel package's name after `linux-image-` */
export function declareOther(
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
