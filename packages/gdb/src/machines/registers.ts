import type { GdbRegister } from '../gdb-machine.ts';

/** Registers of one size under names that this library gives them, too. */
export function named(bitSize: number, names: readonly string[]): GdbRegister[] {
  return names.map((name) => ({ name, bitSize }));
}

/** `prefix0` to `prefixN`, as many as `count`; `fromPrefix` begins this library's names of them. */
export function numbered(
  bitSize: number,
  prefix: string,
  count: number,
  fromPrefix: string | null = prefix,
): GdbRegister[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `${prefix}${index}`,
    bitSize,
    ...(fromPrefix === prefix ? {} : { from: fromPrefix && `${fromPrefix}${index}` }),
  }));
}

/** Parts of a register by their names: the number of a bit, or of the first and the last. */
export type Flags = Readonly<Record<string, number | readonly [first: number, last: number]>>;

/** A type of 32 bits, with which gdb shows the names of the bits that are set. */
export function flagsType(id: string, flags: Flags): string {
  const fields = Object.entries(flags).map(([name, place]) => {
    const [first, last] = typeof place === 'number' ? [place, place] : place;
    return `<field name="${name}" start="${first}" end="${last}"/>`;
  });
  return `<flags id="${id}" size="4">${fields.join('')}</flags>`;
}
