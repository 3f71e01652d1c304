import {
  type ByteOrder,
  type Dump,
  type PhysicalAddress,
  type Progress,
  tryRead,
} from '@vmcorekit/core';
import { isInWindow } from '../kernel-image.ts';
import { assembleKallsyms } from './kallsyms/assemble.ts';
import {
  type KallsymsTable,
  type KernelTests,
  partsOfKallsyms,
} from './kallsyms/kallsyms-table.ts';
import { keepDigitRuns } from './kallsyms/known-digit-runs.ts';
import { findPhysicalDigitRuns } from './kallsyms/physical-search.ts';
import { byteOrdersOf, reachInBytes, windowAround } from './kallsyms/physical-window.ts';
import type { ReadOnlyWindow } from './kallsyms/read-only-window.ts';
import { readTokenTable } from './kallsyms/token-table.ts';

/**
 * A machine has some dozens of digit runs and hardly ten token tables; a hostile one has more.
 */
const maxDigitRuns = 65_536;
const maxTokenTables = 64;

/** A symbol table in physical memory: of a kernel that runs, ran, or was only loaded as a file. */
export interface PhysicalKallsyms {
  readonly table: KallsymsTable;
  /** The byte order of its kernel's memory. */
  readonly byteOrder: ByteOrder;
  /**
   * True where its addresses are physical ones: since Linux 7.0 each counts from its own place.
   * Else they are virtual.
   */
  readonly arePhysical: boolean;
  /** The physical addresses of its parts, by the kernel's names for them. */
  readonly parts: ReadonlyMap<string, PhysicalAddress>;
}

/**
 * Every kallsyms in the stored pages, found by its tokens in one pass and without page tables: an
 * image is contiguous in physical memory. Both byte orders are tried, because a file's may differ
 * from its kernel's. Yields tables and progress. Stops early, with `onTooMany`, where memory holds
 * more look-alikes than any machine does. Otherwise it keeps the places, so that a search through
 * page tables needs no second pass.
 */
export function* scanForKallsyms(
  dump: Dump,
  onTooMany: () => void,
): Generator<PhysicalKallsyms | Progress, void, void> {
  const { memory } = dump.image;
  const ofTables: PhysicalAddress[] = [];
  const others: PhysicalAddress[] = [];
  let tokenTables = 0;
  let end = 0;
  for (const step of findPhysicalDigitRuns(memory)) {
    if (typeof step !== 'number') {
      yield step;
      continue;
    }
    if (ofTables.length + others.length >= maxDigitRuns || tokenTables > maxTokenTables) {
      onTooMany();
      return;
    }
    let isOfTable = false;
    for (const byteOrder of step < end ? [] : byteOrdersOf(dump)) {
      const window = windowAround(memory, step, byteOrder);
      const offset = step - Number(window.start);
      const tokens = tryRead(() => readTokenTable(window, offset));
      if (tokens === undefined) {
        continue;
      }
      tokenTables += 1;
      const table = yield* assembled(dump, window, offset);
      if (table !== undefined) {
        end = Number(window.start) + tokens.endOffset;
        isOfTable = true;
        yield inPhysicalMemory(window, table);
        break;
      }
    }
    (isOfTable ? ofTables : others).push(step);
  }
  keepDigitRuns(memory, { ofTables, others });
}

function* assembled(
  dump: Dump,
  window: ReadOnlyWindow,
  offset: number,
): Generator<Progress, KallsymsTable | undefined, void> {
  const work = assembleKallsyms(window, offset, testsOf(dump, window));
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) {
      return step.value;
    }
    yield { kind: 'progress', doing: 'reading symbols in physical memory', fraction: null };
  }
}

function inPhysicalMemory(window: ReadOnlyWindow, table: KallsymsTable): PhysicalKallsyms {
  return {
    table,
    byteOrder: window.byteOrder,
    arePhysical: table.parts.addresses.encoding === 'place',
    parts: new Map([...partsOfKallsyms(table)].map(([name, at]) => [name, Number(at)])),
  };
}

function testsOf({ layout, architecture }: Dump, window: ReadOnlyWindow): KernelTests {
  const virtual = layout?.imageWindow(null);
  const end = window.start + BigInt(window.sizeInBytes);
  return {
    wordSizeInBits: architecture?.wordSizeInBits ?? 64,
    isInImage: (address, encoding) =>
      encoding === 'place'
        ? address >= window.start - BigInt(reachInBytes) && address < end
        : virtual !== undefined && isInWindow(virtual, address),
    isKernel: (table) => hasItsOwnParts(window, table),
  };
}

/**
 * Whether the table knows where code begins (in an image, before the tokens), and has the symbols
 * of its own tokens at one distance from where the two parts lie. Offsets read from a place that is
 * four bytes off ascend, too.
 */
function hasItsOwnParts(window: ReadOnlyWindow, table: KallsymsTable): boolean {
  const { tokens, addresses } = table.parts;
  const text = table.find('_stext') ?? table.find('_text');
  const place = window.start + BigInt(tokens.offset);
  if (text === undefined || (addresses.encoding === 'place' && text.address >= place)) {
    return false;
  }
  const named = table.find('kallsyms_token_table')?.address;
  const index = table.find('kallsyms_token_index')?.address;
  return (
    (named === undefined || addresses.encoding !== 'place' || named === place) &&
    (named === undefined ||
      index === undefined ||
      index - named === BigInt(tokens.indexOffset - tokens.offset))
  );
}
