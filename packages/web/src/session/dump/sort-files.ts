import { type SymbolTable, VmcorekitError } from '@vmcorekit/core';
import {
  type DriveOptions,
  type IdentifiedSource,
  splitKeyOf,
  type Toolkit,
} from '@vmcorekit/engine';
import { differentDumpsText } from '@vmcorekit/report';
import type { OpenRequest, PassedOver } from '../../protocol/dump-calls.ts';
import { failureOf } from '../failure.ts';
import type { GivenFile } from './given-files.ts';

/** What the files of a user are. The caller owns the parts and the symbols. */
export interface SortedFiles {
  /** The dump: one file, or the parts of a split one. */
  readonly parts: readonly IdentifiedSource[];
  readonly symbols: readonly SymbolTable[];
  readonly passedOver: readonly PassedOver[];
}

interface Looked {
  readonly file: GivenFile;
  /** Null where it is refused. */
  readonly part: IdentifiedSource | null;
  readonly error: unknown;
}

/**
 * Sorts files, in any order, into one dump, the files that are read beside it, and symbol files.
 * Throws what the first file is refused with if none is a dump, and `contract` for several dumps.
 */
export async function sortFiles(
  toolkit: Toolkit,
  files: readonly GivenFile[],
  request: Pick<OpenRequest, 'entry' | 'format'>,
  work: DriveOptions,
): Promise<SortedFiles> {
  const looked: Looked[] = [];
  const symbols: SymbolTable[] = [];
  try {
    for (const file of files) {
      looked.push(await look(toolkit, file, request, work));
    }
    const parts = chosenParts(looked);
    const passedOver: PassedOver[] = [];
    for (const one of looked) {
      if (!parts.includes(one) && !isBeside(one, looked)) {
        const table = await symbolsIn(toolkit, one.file);
        if (table === null) {
          passedOver.push({ file: one.file.name, because: await refusalOf(toolkit, one, work) });
        } else {
          symbols.push(table);
        }
      }
    }
    close(looked.filter((one) => !parts.includes(one)));
    return { parts: parts.flatMap(({ part }) => part ?? []), symbols, passedOver };
  } catch (error) {
    close(looked);
    for (const table of symbols) {
      table[Symbol.dispose]?.();
    }
    throw error;
  }
}

async function look(
  toolkit: Toolkit,
  file: GivenFile,
  { format, entry }: Pick<OpenRequest, 'entry' | 'format'>,
  work: DriveOptions,
): Promise<Looked> {
  try {
    const { openBeside: openCompanion, sideIndex } = file;
    const options = { ...work, format, entry, openCompanion, sideIndex };
    return { file, part: await toolkit.identify(await file.open(), options), error: null };
  } catch (error) {
    work.signal?.throwIfAborted();
    return { file, part: null, error };
  }
}

function chosenParts(looked: readonly Looked[]): readonly Looked[] {
  const dumps = looked.filter(
    (one) => one.part !== null && one.part.format.isNamedOnly !== true && !isBeside(one, looked),
  );
  const [first] = dumps;
  if (first === undefined) {
    const [named] = looked;
    if (named?.part === null) {
      throw named.error;
    }
    // Opening it throws what it is, and what to do with it.
    return named === undefined ? [] : [named];
  }
  const isOfFirst = (one: Looked): boolean => one === first || isSameSet(first, one);
  const [other] = dumps.filter((one) => !isOfFirst(one));
  if (other !== undefined) {
    const namesOf = (of: Looked): string[] =>
      dumps.filter((one) => one === of || isSameSet(of, one)).map(({ file }) => file.name);
    throw new VmcorekitError('contract', {
      what: differentDumpsText(namesOf(first), namesOf(other)),
    });
  }
  return dumps;
}

function isSameSet(one: Looked, other: Looked): boolean {
  const key = one.part === null ? null : splitKeyOf(one.part);
  return key !== null && other.part !== null && splitKeyOf(other.part) === key;
}

/** Whether a file is read beside another; of two that are read beside each other, the second is. */
function isBeside(one: Looked, looked: readonly Looked[]): boolean {
  const usedBy = (user: Looked, used: Looked): boolean =>
    user !== used && user.part?.filesBeside().includes(used.file.name) === true;
  return looked.some(
    (other) =>
      usedBy(other, one) && (!usedBy(one, other) || looked.indexOf(other) < looked.indexOf(one)),
  );
}

async function symbolsIn(toolkit: Toolkit, file: GivenFile): Promise<SymbolTable | null> {
  return await file
    .open()
    .then((source) => toolkit.openSymbols(source))
    .catch(() => null);
}

async function refusalOf(
  toolkit: Toolkit,
  { part, error }: Looked,
  work: DriveOptions,
): Promise<string> {
  let refusal = error;
  if (part !== null) {
    refusal = await toolkit.openIdentified([part], work).catch((thrown: unknown) => thrown);
  }
  return failureOf(refusal).message;
}

function close(looked: readonly Looked[]): void {
  for (const { part } of looked) {
    part?.[Symbol.dispose]();
  }
}
