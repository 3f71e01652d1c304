import {
  type ByteSource,
  fileHeadOf,
  type HeaderValue,
  latin1Text,
  type Progress,
  utf8Text,
  VmcorekitError,
} from '@vmcorekit/core';
import type { ZipArchive } from '../zip/archive.ts';
import { readTurtle, type TurtleGraph, type TurtleTerm } from './turtle.ts';
import { keyOf, urnIn, urnOfMember, withoutEndSlashes } from './urns.ts';
import { VolumeBudget } from './volume-budget.ts';

/** A volume of one image has some kilobytes; one of linpmem with all of /boot some hundred. */
const maxTurtleInBytes: number = 16 << 20;
const maxTextInBytes: number = 64 << 10;
const names = {
  description: 'container.description',
  version: 'version.txt',
  turtle: 'information.turtle',
} as const;
const scheme = 'aff4://';
const endOfDirectory = 'PK\x05\x06';
const commentAt = 22;
/** The longest comment of a zip archive, and the record before it. */
export const searchedInBytes: number = 0xffff;

/** The URN that a zip archive's comment begins with, in the last bytes of a file; or undefined. */
export function volumeInComment(tail: Uint8Array): string | undefined {
  const text = latin1Text(tail);
  const end = text.lastIndexOf(endOfDirectory);
  return end >= 0 && text.startsWith(scheme, end + commentAt)
    ? urnIn(text.slice(end + commentAt))
    : undefined;
}

/** Takes some milliseconds. */
const subjectsPerStep = 1024;
interface Joined {
  readonly subjects: ReadonlyMap<string, string>;
  readonly graph: TurtleGraph;
}

/** The files of a bevy, in the folder of its stream. */
const bevyFile: RegExp = /^(.*)\/(\d{8})(?:[./]index)?$/s;

/** A zip archive as AFF4 sees it: its files have URNs, and statements are made of them. */
export class Aff4Volume {
  readonly urn: string;
  /** The URN of each subject as it is first written, by its key. */
  readonly subjects: ReadonlyMap<string, string>;
  /** By the keys of the subjects: those of one key are one. */
  readonly graph: TurtleGraph;
  readonly archive: ZipArchive;
  /** That of all volumes of a set. */
  readonly budget: VolumeBudget;
  readonly header: ReadonlyMap<string, HeaderValue>;
  /** The program that wrote it, and its version; undefined where nothing says it. */
  readonly tool: string | undefined;
  /** The names of the files, by the keys of their URNs. */
  readonly #members: ReadonlyMap<string, string>;
  readonly #sizes: ReadonlyMap<string, number | null>;
  /** The numbers of the bevies of each stream, by its key. */
  readonly #bevies: Map<string, Set<number>> = new Map();

  private constructor(
    archive: ZipArchive,
    urn: string,
    { subjects, graph }: Joined,
    version: readonly (readonly [name: string, value: string])[],
    budget: VolumeBudget,
  ) {
    this.archive = archive;
    this.budget = budget;
    this.urn = urn;
    this.subjects = subjects;
    this.graph = graph;
    this.tool = version.find(([name]) => name === 'tool')?.[1];
    this.header = new Map([['volume', urn], ...version]);
    this.#sizes = new Map(archive.entries.map(({ name, sizeInBytes }) => [name, sizeInBytes]));
    const members = new Map<string, string>();
    const ambiguous = new Set<string>();
    for (const name of this.#sizes.keys()) {
      const key = this.keyOfMember(name);
      if (members.has(key)) {
        ambiguous.add(key);
      }
      members.set(key, name);
    }
    for (const key of members.keys()) {
      const [, stream, number] = bevyFile.exec(key) ?? [];
      if (stream !== undefined) {
        const bevies = this.#bevies.get(stream) ?? new Set();
        this.#bevies.set(stream, bevies.add(Number(number)));
      }
    }
    for (const key of ambiguous) {
      members.delete(key);
    }
    this.#members = members;
  }

  /**
   * Reads what is said of the volume. Throws `malformed`, `unsupported`, and `truncated` where the
   * archive was cut before its description was written.
   */
  static *open(
    file: ByteSource,
    archive: ZipArchive,
    budget: VolumeBudget = new VolumeBudget(),
  ): Generator<Progress, Aff4Volume, void> {
    const all = new Set(archive.entries.map(({ name }) => name));
    if (!all.has(names.turtle)) {
      throw new VmcorekitError('malformed', {
        structure: 'AFF4 volume',
        fileOffset: file.sizeInBytes,
        field: 'files',
        wanted: `${names.turtle}, which is written last`,
        got: 'an archive without it: its acquisition did not end, or the file is cut',
      });
    }
    const textOf = (name: string, maxInBytes: number): string | undefined =>
      all.has(name) ? utf8Text(archive.readWhole({ name }, maxInBytes)) : undefined;
    const named =
      urnIn(textOf(names.description, maxTextInBytes) ?? '') ??
      volumeInComment(fileHeadOf(file).tail(searchedInBytes));
    if (named === undefined) {
      throw new VmcorekitError('malformed', {
        structure: 'AFF4 volume',
        fileOffset: 0,
        field: 'name',
        wanted: `a URN in ${names.description}, or in the comment of the archive`,
        got: 'neither',
      });
    }
    const urn = withoutEndSlashes(named);
    const turtle = textOf(names.turtle, maxTurtleInBytes) ?? '';
    budget.take('characters of descriptions', turtle.length);
    const graph = yield* readTurtle(turtle, urn);
    const version = versionIn(textOf(names.version, maxTextInBytes) ?? '');
    return new Aff4Volume(archive, urn, yield* joinedByKey(graph), version, budget);
  }

  /** The file with that URN; undefined where there is none, or several in other spellings. */
  memberOf(urn: string): string | undefined {
    return this.#members.get(keyOf(urn));
  }

  /** The unpacked size of a file; null where the archive does not say it. */
  sizeOfMember(name: string): number | null {
    return this.#sizes.get(name) ?? null;
  }

  /** The numbers of the bevies of a stream of which the archive has a file, ascending. */
  beviesOf(urn: string): number[] {
    return [...(this.#bevies.get(keyOf(urn)) ?? [])].toSorted((one, other) => one - other);
  }

  /** What users call an object: the end of its URN, if that begins with the volume's. */
  nameOf(urn: string): string {
    const isInside = urn.startsWith(`${this.urn}/`);
    return isInside ? urn.slice(this.urn.length).replace(/^\/+/, '') : urn;
  }

  /** Whether a file says what the volume is. */
  isDescription(name: string): boolean {
    return Object.values<string>(names).includes(name);
  }

  /** The key of the URN of a file. */
  keyOfMember(name: string): string {
    return keyOf(urnOfMember(this.urn, name));
  }
}

/** What is said of one object under several spellings of its URN, together. */
function* joinedByKey(graph: TurtleGraph): Generator<Progress, Joined, void> {
  const subjects = new Map<string, string>();
  const joined = new Map<string, Map<string, TurtleTerm[]>>();
  for (const [subject, said] of graph) {
    const key = keyOf(subject);
    const all = joined.get(key) ?? new Map<string, TurtleTerm[]>();
    joined.set(key, all);
    subjects.set(key, subjects.get(key) ?? subject);
    for (const [predicate, objects] of said) {
      const known = all.get(predicate);
      if (known === undefined) {
        all.set(predicate, [...objects]);
      } else {
        for (const object of objects) {
          known.push(object);
        }
      }
    }
    if (joined.size % subjectsPerStep === 0) {
      yield { kind: 'progress', doing: 'joining what an AFF4 volume says', fraction: null };
    }
  }
  return { subjects, graph: joined };
}

/** Source: AFF4 Standard 1.0, 1: lines of NAME=VALUE. */
function versionIn(text: string): (readonly [name: string, value: string])[] {
  return text.split(/[\r\n]+/).flatMap((line) => {
    const [, name, value] = /^\s*(major|minor|tool)\s*=(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value.trim()] as const];
  });
}
