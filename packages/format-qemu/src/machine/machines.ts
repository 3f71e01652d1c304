/** What is known of a QEMU machine without its devices. */
export interface KnownMachine {
  /** This library's name of the architecture. */
  readonly architecture: string;
  readonly byteOrder?: 'big';
  /** Where its RAM begins. */
  readonly ramStart: number;
  /** The names of its block of RAM, unless the user names another memory backend. */
  readonly blockNames: readonly string[];
  /** Whether a machine type is of this machine. */
  readonly machineType: RegExp;
  /** Where low RAM ends, by default. Left out where RAM has no hole. */
  lowRamEnd?(ramSizeInBytes: number): number;
  /** Where the rest of the RAM begins; 4 GiB where left out. */
  readonly highRamStart?: number;
}

const mebibyte: number = 2 ** 20;
const gibibyte: number = 2 ** 30;

/**
 * Source: QEMU, hw/i386/pc_piix.c, pc_q35.c and microvm.c; hw/arm/virt.c; hw/riscv/virt.c;
 * hw/s390x/s390-virtio-ccw.c; hw/ppc/spapr.c; hw/loongarch/virt.c.
 */
export const machines: readonly KnownMachine[] = [
  {
    architecture: 'x86_64',
    ramStart: 0,
    blockNames: ['pc.ram'],
    machineType: /^pc-q35-/,
    lowRamEnd: (size) => (size < 0xb000_0000 ? size : 2 * gibibyte),
  },
  {
    architecture: 'x86_64',
    ramStart: 0,
    blockNames: ['pc.ram'],
    // Machine types before 2.0 put the hole at 3.5 GiB.
    machineType: /^pc-(i440fx-)?[01]\./,
    lowRamEnd: (size) => Math.min(size, 3.5 * gibibyte),
  },
  {
    architecture: 'x86_64',
    ramStart: 0,
    blockNames: ['pc.ram'],
    machineType: /^(pc|xenfv|isapc)/,
    lowRamEnd: (size) => (size < 3.5 * gibibyte ? size : 3 * gibibyte),
  },
  {
    architecture: 'x86_64',
    ramStart: 0,
    blockNames: ['microvm.ram'],
    machineType: /^microvm/,
    lowRamEnd: (size) => Math.min(size, 3 * gibibyte),
  },
  {
    architecture: 'arm64',
    ramStart: gibibyte,
    blockNames: ['mach-virt.ram'],
    machineType: /^virt-\d/,
  },
  {
    architecture: 'riscv64',
    ramStart: 2 * gibibyte,
    blockNames: ['riscv_virt_board.ram'],
    machineType: /^virt$/,
  },
  {
    architecture: 's390x',
    byteOrder: 'big',
    ramStart: 0,
    blockNames: ['s390.ram'],
    machineType: /^s390-ccw-virtio/,
  },
  {
    architecture: 'ppc64',
    ramStart: 0,
    blockNames: ['ppc_spapr.ram'],
    machineType: /^pseries/,
  },
  {
    architecture: 'loongarch64',
    ramStart: 0,
    blockNames: ['loongarch.ram'],
    // No type is its own: riscv64 has the same.
    machineType: /(?!)/,
    lowRamEnd: (size) => Math.min(size, 256 * mebibyte),
    highRamStart: 2 * gibibyte,
  },
];

/**
 * The machine that a stream is of. A type `virt` is of several machines; then the block's name
 * decides, if it has its usual one.
 */
export function machineOf(
  machineType: string,
  blockNames: readonly string[],
): KnownMachine | undefined {
  const byType = machines.find((each) => each.machineType.test(machineType));
  const byBlock = machines.filter((each) =>
    each.blockNames.some((name) => blockNames.includes(name)),
  );
  return byType !== undefined && (byBlock.includes(byType) || !machineType.startsWith('virt'))
    ? byType
    : (byBlock[0] ?? byType);
}
