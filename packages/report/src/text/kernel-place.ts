import { hex, type KernelRole, type LocatedKernel, type TranslationRoot } from '@vmcorekit/core';

type PlacedKernel = Pick<LocatedKernel, 'physBase' | 'imageOffset'>;

/** Where a kernel lies, as its architecture calls it: label and number. */
export function kernelPlace({
  physBase,
  imageOffset,
}: PlacedKernel): readonly [label: string, value: string] {
  return physBase === null ? ['image offset', hex(imageOffset)] : ['phys_base', hex(physBase)];
}

/**
 * The same as one text: `phys_base 0x2e00000`. For kernels that may share an offset, adds the
 * address of their text.
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
