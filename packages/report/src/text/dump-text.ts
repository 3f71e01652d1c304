import { type Dump, printable, sizeText } from '@vmcorekit/core';

/** What kind of dump it is, in half a line. */
export function dumpText({ image, architecture, container, files }: Dump): string {
  return [
    image.format + (container === null ? '' : ` in a ${container} file`),
    printable(architectureText(architecture?.name ?? null, image.architecture)),
    `${image.wordSizeInBits}-bit ${image.byteOrder}-endian`,
    `${sizeText(image.memory.pageSizeInBytes)} pages`,
    ...(files.length > 1 ? [`joined from ${files.length} parts`] : []),
  ].join(', ');
}

/** The kernel's architecture, and the file's where that is another: a 64-bit machine may run a 32-bit kernel. */
function architectureText(kernel: string | null, file: string | null): string {
  const known = kernel ?? file ?? 'architecture unknown';
  return file === null || known === file ? known : `${known} on a ${file} machine`;
}
