const gib: number = 2 ** 30;

/** How machines that some program makes lay out their RAM. */
export interface MachineLayout {
  /** For people: `QEMU q35`. */
  readonly maker: string;
  readonly architectures: readonly string[];
  /** The RAM fills these ranges in order; the last one has no end. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[];
  /** With less RAM, the machine has no hole. Left out where the ranges say it. */
  readonly leastRam?: number;
}

const pcs: readonly string[] = ['x86_64', 'i386'];

function pc(maker: string, below: number, leastRam: number = below): MachineLayout {
  const ranges = [
    { start: 0, end: below },
    { start: 4 * gib, end: Number.POSITIVE_INFINITY },
  ];
  return { maker, architectures: pcs, ranges, leastRam };
}

function from(maker: string, start: number, ...architectures: readonly string[]): MachineLayout {
  return { maker, architectures, ranges: [{ start, end: Number.POSITIVE_INFINITY }] };
}

/**
 * The usual layouts, the most frequent first. Sources: QEMU, hw/i386/pc_piix.c, pc_q35.c,
 * microvm.c, hw/arm/virt.c, hw/riscv/virt.c, hw/loongarch/virt.c; Firecracker and Cloud Hypervisor,
 * arch/src; Xen, tools/firmware/hvmloader.
 */
export const machineLayouts: readonly MachineLayout[] = [
  pc('QEMU pc, VMware, Cloud Hypervisor and Firecracker', 3 * gib, 0xc000_0000),
  pc('QEMU q35', 2 * gib, 0xb000_0000),
  pc('QEMU pc before 2.0', 0xe000_0000),
  pc('Firecracker before 2024', 0xd000_0000),
  pc('Xen HVM', 0xf000_0000),
  {
    maker: 'Firecracker',
    architectures: pcs,
    ranges: [
      { start: 0, end: 3 * gib },
      { start: 4 * gib, end: 256 * gib },
      { start: 512 * gib, end: Number.POSITIVE_INFINITY },
    ],
    leastRam: 255 * gib,
  },
  from('QEMU virt and Cloud Hypervisor', gib, 'arm64', 'arm'),
  from('Firecracker and phones', 2 * gib, 'arm64', 'arm'),
  from('QEMU virt', 2 * gib, 'riscv64', 'riscv32'),
  {
    maker: 'QEMU virt',
    architectures: ['loongarch64'],
    ranges: [
      { start: 0, end: gib / 4 },
      { start: 2 * gib, end: Number.POSITIVE_INFINITY },
    ],
  },
];
