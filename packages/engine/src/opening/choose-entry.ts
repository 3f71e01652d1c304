import {
  type ContainerContents,
  type ContainerEntry,
  type FileClaim,
  type FileHead,
  fileHeadOf,
  isSourceFailure,
  isVmcorekitError,
  probedBytes,
  VmcorekitError,
} from '@vmcorekit/core';
import type { Claims } from './claims.ts';
import { type PlacesIn, placesOf } from './open-placed.ts';
import { placedNames } from './placed-names.ts';

/** An archive may hold any number of files; this many are probed. */
const maxEntriesLookedAt = 1000;
const maxNamesTold = 10;

/** An entry, and the rest of the caller's name, for containers inside it. */
export interface ChosenEntry {
  readonly entry: ContainerEntry;
  readonly rest: string | undefined;
  /** Where the name (`ENTRY@ADDRESS`) or the container says that the entry lies in memory. */
  readonly placed?: PlacesIn;
  /** Why it lies there, where the container says it. */
  readonly placedBecause?: string;
}

/**
 * Chooses the entry of a container to open: the one named (`ENTRY`, or `ENTRY//ENTRY` for a
 * container in a container), also with its place in memory (`ENTRY@ADDRESS`). Without a name, it
 * takes the only entry, else the only one that is memory, as the container says. Else it takes the
 * only one that a format or container claims by more than its name.
 * Throws `unknown-name`, `choose-entry`, and `usage` for several entries with places.
 */
export function chooseEntry(
  file: string,
  container: string,
  contents: ContainerContents,
  wanted: string | undefined,
  claims: Claims,
): ChosenEntry {
  const { entries } = contents;
  const [first] = entries;
  if (first === undefined) {
    const because = `${container} holds no file`;
    throw new VmcorekitError('unknown-format', { file, tried: claims.tried, because });
  }
  if (entries.length === 1 && (first.name === '' || wanted === undefined)) {
    return chosen(first, wanted);
  }
  if (wanted !== undefined) {
    return (
      entryCalled(entries, wanted) ?? placedEntry(entries, wanted) ?? noneCalled(entries, wanted)
    );
  }
  const memories = entries.filter((entry) => entry.memory !== undefined);
  const [memory] = memories;
  if (memory !== undefined && memories.length === 1) {
    return chosen(memory, undefined);
  }
  if (memory !== undefined) {
    throw new VmcorekitError('choose-entry', {
      file,
      container,
      entries: memories.map(({ name }) => name),
      because: 'each of them is the memory of a machine',
    });
  }
  const claimed = entries
    .slice(0, maxEntriesLookedAt)
    .filter((entry) => isClaimed(contents, entry, claims));
  const [only] = claimed;
  if (only === undefined || claimed.length > 1) {
    throw new VmcorekitError('choose-entry', {
      file,
      container,
      entries: (claimed.length > 1 ? claimed : entries).map(({ name }) => name),
      ...(claimed.length > 1
        ? { because: 'each of them may be a dump' }
        : { because: 'none of them is known as a dump', isNoneKnown: true }),
    });
  }
  return chosen(only, undefined);
}

function chosen(entry: ContainerEntry, rest: string | undefined): ChosenEntry {
  const { placed = null, because = '' } = (rest === undefined ? entry.memory : undefined) ?? {};
  return placed === null
    ? { entry, rest }
    : { entry, rest, placed: () => placed, placedBecause: because };
}

/** The longest name wins, because an entry's own name may hold `//`. */
function entryCalled(entries: readonly ContainerEntry[], wanted: string): ChosenEntry | undefined {
  const found =
    longestNamed(entries, wanted, ({ name }) => [name]) ??
    longestNamed(entries, wanted, ({ otherNames = [] }) => otherNames);
  if (found === undefined) {
    return undefined;
  }
  const { entry, name } = found;
  return chosen(entry, wanted === name ? undefined : wanted.slice(name.length + 2));
}

/** An entry that the user placed in memory; undefined where the name is not of this form. */
function placedEntry(entries: readonly ContainerEntry[], wanted: string): ChosenEntry | undefined {
  const parts = placedNames(wanted) ?? [];
  const url = parts[0]?.url;
  const named = url === undefined ? undefined : entryCalled(entries, url);
  if (url === undefined || named === undefined) {
    return undefined;
  }
  if (parts.some((part) => part.url !== url)) {
    throw new VmcorekitError('usage', {
      what: 'several files with addresses',
      got: wanted,
      allowed: 'files that lie in no container: unpack them first',
    });
  }
  return {
    entry: named.entry,
    rest: named.rest,
    placed: (sizeInBytes) => placesOf(wanted, parts, url, sizeInBytes),
  };
}

function noneCalled(entries: readonly ContainerEntry[], wanted: string): never {
  const names = entries.map(({ name }) => name);
  const known =
    names.length > maxNamesTold
      ? [...names.slice(0, maxNamesTold), `${names.length - maxNamesTold} more`]
      : names;
  throw new VmcorekitError('unknown-name', { kind: 'entry', name: wanted, known });
}

function longestNamed(
  entries: readonly ContainerEntry[],
  wanted: string,
  namesOf: (entry: ContainerEntry) => readonly string[],
): { readonly entry: ContainerEntry; readonly name: string } | undefined {
  return entries
    .flatMap((entry) => namesOf(entry).map((name) => ({ entry, name })))
    .filter(({ name }) => wanted === name || wanted.startsWith(`${name}//`))
    .toSorted((a, b) => b.name.length - a.name.length)[0];
}

/** A name, or a guess that takes any file, does not choose between the entries. */
function isMoreThanName({ strength }: FileClaim): boolean {
  return strength !== 'name-only' && strength !== 'guess';
}

/** An unreadable entry is no dump. An unreadable file is a different error, and passes. */
function isClaimed(contents: ContainerContents, entry: ContainerEntry, claims: Claims): boolean {
  try {
    const isKnown = (head: FileHead): boolean =>
      claims.to(head).some(({ claim }) => isMoreThanName(claim));
    const start = contents.startOf?.(entry, probedBytes);
    if (start !== undefined) {
      return isKnown(startOnly(entry, start));
    }
    using source = contents.open(entry);
    return isKnown(fileHeadOf(source));
  } catch (error) {
    if (isVmcorekitError(error) && !isSourceFailure(error)) {
      return false;
    }
    throw error;
  }
}

/** What a probe sees of an entry that is not unpacked yet: no end. */
function startOnly({ name, sizeInBytes }: ContainerEntry, start: Uint8Array): FileHead {
  return {
    name,
    sizeInBytes: sizeInBytes ?? start.length,
    head: start,
    tail: () => new Uint8Array(0),
  };
}
