import { type Dump, type SymbolTable, sizeText } from '@vmcorekit/core';
import type { DriveOptions, Toolkit } from '@vmcorekit/engine';
import { dumpJson, dumpText } from '@vmcorekit/report';
import type { OpenedFiles, OpenRequest, PassedOver } from '../../protocol/dump-calls.ts';
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
  request: OpenRequest,
  work: DriveOptions,
): Promise<Opened> {
  const { parts, symbols, passedOver } = await sortFiles(toolkit, request, work);
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
): OpenedFiles {
  const { memory, wordSizeInBits } = dump.image;
  const sizeInBytes = files.reduce((sum, { size }) => sum + size, 0);
  return {
    files: dump.files,
    symbolFiles: symbols.map(({ from }) => from),
    passedOver,
    sizeInBytes,
    sizeText: sizeText(sizeInBytes),
    kindText: dumpText(dump),
    dump: dumpJson(dump),
    ranges: memory.ranges.map(({ start, end }) => ({ start, end })),
    wordSizeInBits,
  };
}
