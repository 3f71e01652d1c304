import { hex, plural, printable } from '@vmcorekit/core';
import type { ExtractReport } from './extract-report.ts';

const shownParts = 32;

/** What the dump has of a file, and the parts that it lacks. */
export function partLines({
  path,
  inode,
  sizeInBytes,
  heldInBytes,
  ...report
}: ExtractReport): string[] {
  const { holesInBytes, missingInBytes, fileSystem, inodeNumber, parts } = report;
  const missing = parts.filter((part) => part.missing !== null);
  return [
    `${printable(path)}: ${plural(sizeInBytes, 'byte')}, inode ${inodeNumber ?? '–'} at ${inode}, ${printable(fileSystem ?? '–')}`,
    `in the dump ${heldInBytes}, holes ${holesInBytes}, missing ${missingInBytes}`,
    ...missing
      .slice(0, shownParts)
      .map(
        ({ offsetInBytes, lengthInBytes, missing: because }) =>
          `  ${hex(offsetInBytes)} to ${hex(offsetInBytes + lengthInBytes)}: ${because}`,
      ),
    ...(missing.length > shownParts
      ? [`  and ${plural(missing.length - shownParts, 'more part')}`]
      : []),
  ];
}
