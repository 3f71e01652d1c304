import type { FieldPlaces, RegisterRow } from './field-values.ts';

/** In the order of the processor's encoding, as `env.regs` has them. */
const general = [
  ...['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'],
  ...['8', '9', '10', '11', '12', '13', '14', '15'],
];
const segments = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
const controlRows: readonly RegisterRow[] = [
  ['cr0', 'env.cr[0]'],
  ['cr2', 'env.cr[2]'],
  ['cr3', 'env.cr[3]'],
  ['cr4', 'env.cr[4]'],
  ['efer', 'env.efer'],
  ['lstar', 'env.lstar'],
  ['kernel_gs_base', 'env.kernelgsbase'],
];

/**
 * The registers of an x86 CPU, under the names of the architecture's notes. Source: QEMU,
 * target/i386/machine.c, vmstate_x86_cpu.
 */
export const x8664Rows: readonly RegisterRow[] = rowsOf('r', general);
export const i386Rows: readonly RegisterRow[] = rowsOf('e', general.slice(0, 8));

function rowsOf(prefix: 'r' | 'e', names: readonly string[]): readonly RegisterRow[] {
  const segmentRows = (register: string, field: string): RegisterRow[] => [
    [register, `${field}.selector`],
    [`${register}_limit`, `${field}.limit`],
    [`${register}_flags`, `${field}.flags`],
    [`${register}_base`, `${field}.base`],
  ];
  return [
    ...names.map((name, index): RegisterRow => [`${prefix}${name}`, 'env.regs', index]),
    [`${prefix}ip`, 'env.eip'],
    [`${prefix}flags`, 'env.eflags'],
    ...segments.flatMap((name, index) => segmentRows(name, `env.segs[${index}]`)),
    ...['ldt', 'tr', 'gdt', 'idt'].flatMap((name) => segmentRows(name, `env.${name}`)),
    ...controlRows,
  ];
}

/**
 * Where the fields of a 64-bit CPU of version 12 lie, for streams without a description: they are
 * equal in QEMU 7.2 and 10.0. Source: QEMU, target/i386/machine.c.
 */
export const x8664Places: FieldPlaces = new Map([
  ['env.regs', { at: 0, sizeInBytes: 8, count: 16 }],
  ['env.eip', { at: 128, sizeInBytes: 8, count: 1 }],
  ['env.eflags', { at: 136, sizeInBytes: 8, count: 1 }],
  ...segments.flatMap((_, index) => segmentAt(`env.segs[${index}]`, 236 + index * 20)),
  ...['ldt', 'tr', 'gdt', 'idt'].flatMap((name, index) =>
    segmentAt(`env.${name}`, 356 + index * 20),
  ),
  ...[0, 2, 3, 4].map(
    (number, index) =>
      [`env.cr[${number}]`, { at: 456 + index * 8, sizeInBytes: 8, count: 1 }] as const,
  ),
  ['env.efer', { at: 816, sizeInBytes: 8, count: 1 }],
  ['env.lstar', { at: 832, sizeInBytes: 8, count: 1 }],
  ['env.kernelgsbase', { at: 856, sizeInBytes: 8, count: 1 }],
]);

/** The version of `cpu` that `x8664Places` describes, and the least length of its body. */
export const x8664Version = 12;
export const x8664LeastSize = 864;

function segmentAt(
  name: string,
  at: number,
): (readonly [
  string,
  { readonly at: number; readonly sizeInBytes: number; readonly count: number },
])[] {
  return [
    [`${name}.selector`, { at, sizeInBytes: 4, count: 1 }],
    [`${name}.base`, { at: at + 4, sizeInBytes: 8, count: 1 }],
    [`${name}.limit`, { at: at + 12, sizeInBytes: 4, count: 1 }],
    [`${name}.flags`, { at: at + 16, sizeInBytes: 4, count: 1 }],
  ];
}
