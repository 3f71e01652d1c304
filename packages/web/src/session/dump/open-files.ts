import { BlobSource } from '@vmcorekit/browser';
import { type Dump, sizeText } from '@vmcorekit/core';
import type { DriveOptions, IdentifiedSource, Toolkit } from '@vmcorekit/engine';
import { dumpJson, dumpText } from '@vmcorekit/report';
import type { OpenedFiles, OpenRequest } from '../../protocol/dump-calls.ts';

/**
 * Opens files as one dump: its parts in any order. A file of theirs that is read beside another, as
 * the state of a virtual machine, is found by its name. Throws what the command reports.
 */
export async function openFiles(
  toolkit: Toolkit,
  { files, format, entry }: OpenRequest,
  work: DriveOptions,
): Promise<Dump> {
  const openCompanion = async (name: string): Promise<BlobSource | undefined> => {
    const file = files.find((each) => each.name === name);
    return file === undefined ? undefined : new BlobSource(file);
  };
  const parts: IdentifiedSource[] = [];
  try {
    for (const file of files) {
      const options = { ...work, format, entry, openCompanion };
      parts.push(await toolkit.identify(new BlobSource(file), options));
    }
  } catch (error) {
    for (const part of parts) {
      part[Symbol.dispose]();
    }
    throw error;
  }
  return await toolkit.openIdentified(parts, work);
}

/** What the page shows of a dump before it searches. */
export function openedFiles(dump: Dump, files: readonly File[]): OpenedFiles {
  const { memory, wordSizeInBits } = dump.image;
  const sizeInBytes = files.reduce((sum, { size }) => sum + size, 0);
  return {
    files: dump.files,
    sizeInBytes,
    sizeText: sizeText(sizeInBytes),
    kindText: dumpText(dump),
    dump: dumpJson(dump),
    ranges: memory.ranges.map(({ start, end }) => ({ start, end })),
    wordSizeInBits,
  };
}
