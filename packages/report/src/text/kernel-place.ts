import { hex, type LocatedKernel, type TranslationRoot } from '@vmcorekit/core';

type PlacedKernel = Pick<LocatedKernel, 'physBase' | 'imageOffset'>;

/** Where a kernel lies, in the words of its architecture: label and number. */
export function kernelPlace({
  physBase,
  imageOffset,
}: PlacedKernel): readonly [label: string, value: string] {
  return physBase === null ? ['image offset', hex(imageOffset)] : ['phys_base', hex(physBase)];
}

/**
 * The same in one text: `phys_base 0x2e00000`. Kernels that may share an offset also have
 * their text's address.
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

/**
 * What virtual memory is seen through: `at 0x2a10000, 4 levels`; null for levels that are not
 * proved.
 */
export function rootText({ tableAddress, levels, summary }: TranslationRoot): string {
  return tableAddress === null
    ? summary
    : `at ${hex(tableAddress)}, ${levels === null ? 'levels not proved' : `${levels} levels`}`;
}
