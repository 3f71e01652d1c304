import {
  hex,
  type KernelRole,
  kernelPlace,
  type LocatedKernel,
  type PlacedKernel,
  type TranslationRoot,
} from '@vmcorekit/core';

/** The architecture's other numbers of the place: `phys_offset`, `vabits_actual`. */
export function otherNumbers({
  imageOffset,
  numbers,
}: PlacedKernel): (readonly [label: string, value: string])[] {
  return Object.entries(numbers)
    .filter(([, value]) => value !== imageOffset)
    .map(([name, value]) => [name, value < 0x1000n ? String(value) : hex(value)]);
}

/**
 * Where a kernel lies, as one text: `phys_base 0x2e00000`. For kernels that may share an offset,
 * adds the address of their text.
 */
export function kernelPlaceText(
  kernel: PlacedKernel & Pick<LocatedKernel, 'textPhysicalAddress'>,
): string {
  const { physBase, textPhysicalAddress: text } = kernel;
  return (
    kernelPlace(kernel).join(' ') +
    (physBase !== null || text === null ? '' : `, text at ${hex(text)}`)
  );
}

/** For lines that do not have the word `role` in their label. */
export function roleText(role: KernelRole): string {
  return role === 'unknown' ? 'role not known' : role;
}

/**
 * The page tables that virtual memory is read through: `at 0x2a10000, 4 levels`. `levels` is null
 * if they are not proved.
 */
export function rootText({ tableAddress, levels, summary }: TranslationRoot): string {
  return tableAddress === null
    ? summary
    : `at ${hex(tableAddress)}, ${levels === null ? 'levels not proved' : `${levels} levels`}`;
}
