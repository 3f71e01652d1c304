import { type Dump, printable } from '@vmcorekit/core';
import { sizeText } from '../output/size-text.ts';

/** What kind of dump it is, in half a line. */
export function dumpText({ image, container, files }: Dump): string {
  return [
    image.format + (container === null ? '' : ` in a ${container} file`),
    printable(image.architecture ?? 'architecture unknown'),
    `${image.wordSizeInBits}-bit ${image.byteOrder}-endian`,
    `${sizeText(image.memory.pageSizeInBytes)} pages`,
    ...(files.length > 1 ? [`joined from ${files.length} parts`] : []),
  ].join(', ');
}
