import { type Dump, type SymbolTable, sizeText } from '@vmcorekit/core';
import type { DriveOptions, Toolkit } from '@vmcorekit/engine';
import { dumpJson, dumpText } from '@vmcorekit/report';
import type { OpenedFiles, OpenRequest, PassedOver } from '../../protocol/dump-calls.ts';
import type { GivenFile } from './given-files.ts';
import { sortFiles } from './sort-files.ts';

/** A dump and its symbols, which the caller owns. */
export interface Opened {
  readonly dump: Dump;
  readonly symbols: readonly SymbolTable[];
  readonly passedOver: readonly PassedOver[];
}

/** Opens files as one dump. Throws what the command reports. */
export async function openFiles(
  toolkit: Toolkit,
  files: readonly GivenFile[],
  request: Pick<OpenRequest, 'entry' | 'format'>,
  work: DriveOptions,
): Promise<Opened> {
  const { parts, symbols, passedOver } = await sortFiles(toolkit, files, request, work);
  try {
    return { dump: await toolkit.openIdentified(parts, work), symbols, passedOver };
  } catch (error) {
    for (const table of symbols) {
      table[Symbol.dispose]?.();
    }
    throw error;
  }
}

/** What the page shows of a dump before it searches. */
export function openedFiles(
  { dump, symbols, passedOver }: Opened,
  files: readonly File[],
  pinned: OpenedFiles['pinned'],
): OpenedFiles {
  const { memory, wordSizeInBits } = dump.image;
  const onServersInBytes = dump.statistics.transfer?.filesInBytes ?? 0;
  const sizeInBytes = files.reduce((sum, { size }) => sum + size, onServersInBytes);
  return {
    files: dump.files,
    symbolFiles: symbols.map(({ from }) => from),
    passedOver,
    sizeInBytes,
    sizeText: sizeText(sizeInBytes),
    kindText: dumpText(dump),
    dump: dumpJson(dump),
    pinned,
    ranges: memory.ranges.map(({ start, end }) => ({ start, end })),
    wordSizeInBits,
  };
}
