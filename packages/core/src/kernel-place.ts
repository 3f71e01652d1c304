import { hex } from './text.ts';
import type { LocatedKernel } from './verdict.ts';

/** What the words for a kernel's place are made of. */
export type PlacedKernel = Pick<LocatedKernel, 'physBase' | 'imageOffset' | 'numbers'>;

/** Where a kernel lies, as its architecture calls it: label and number. */
export function kernelPlace({
  physBase,
  imageOffset,
  numbers,
}: PlacedKernel): readonly [label: string, value: string] {
  if (physBase !== null) {
    return ['phys_base', hex(physBase)];
  }
  const name = Object.keys(numbers).find((each) => numbers[each] === imageOffset);
  return [name ?? 'image offset', hex(imageOffset)];
}
