import { type Dump, printable, sizeText } from '@vmcorekit/core';

/** What kind of dump it is, in half a line. */
export function dumpText(dump: Dump): string {
  const { image, architecture } = dump;
  return [
    formatText(dump),
    printable(architectureText(architecture, image)),
    `${image.wordSizeInBits}-bit ${image.byteOrder}-endian`,
    `${sizeText(image.memory.pageSizeInBytes)} pages`,
    ...partsText(dump),
  ].join(', ');
}

/** The same without what the architecture implies. */
export function shortDumpText(dump: Dump): string {
  const { image, architecture } = dump;
  return [
    formatText(dump),
    ...partsText(dump),
    printable(architectureText(architecture, image)),
  ].join(', ');
}

/** The innermost container first. */
function formatText({ image, containers }: Dump): string {
  return [image.format, ...containers.toReversed().map(fileText)].join(' in ');
}

/** `an lz4 file`: letters that are spelled take the article of their sound. */
function fileText(container: string): string {
  return `${/^(?:[aeiou]|[lx]z)/.test(container) ? 'an' : 'a'} ${printable(container)} file`;
}

/** Of more files beside a dump than these, the report gives the number, the first and the last. */
const maxNamedBeside = 3;

/** The files beside it that were opened too: that is done only by names that its format expects. */
export function besideFacts({ filesBeside }: Dump): [label: string, value: string][] {
  const named = filesBeside.map(printable);
  return named.length === 0
    ? []
    : [
        [
          'opened with',
          named.length <= maxNamedBeside
            ? `${named.join(', ')} beside it`
            : `${named.length} files beside it, ${named[0]} to ${named.at(-1)}`,
        ],
      ];
}

function partsText({ files }: Dump): string[] {
  return files.length > 1 ? [`joined from ${files.length} parts`] : [];
}

/**
 * The kernel's architecture, and the file's if it is another. A 64-bit machine may run a 32-bit
 * kernel. If it was dumped while in its firmware, the file is that of a 32-bit machine.
 */
export function architectureText(
  kernel: Dump['architecture'],
  { architecture: file, wordSizeInBits }: Dump['image'],
): string {
  const known = kernel?.name ?? file ?? 'architecture unknown';
  if (file === null || known === file) {
    return known;
  }
  const isWider = kernel !== null && kernel.wordSizeInBits > wordSizeInBits;
  return isWider ? `${known} in a file of ${file}` : `${known} on a ${file} machine`;
}
