import {
  type ByteSource,
  type HeaderValue,
  latin1Text,
  utf8Text,
  VmcorekitError,
} from '@vmcorekit/core';
import type { ZipArchive } from '../zip/archive.ts';
import { readTurtle, type TurtleGraph } from './turtle.ts';

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

/** The URN that a zip archive's comment begins with, in the last bytes of a file; or undefined. */
export function volumeInComment(tail: Uint8Array): string | undefined {
  const text = latin1Text(tail);
  const end = text.lastIndexOf(endOfDirectory);
  return end >= 0 && text.startsWith(scheme, end + commentAt)
    ? firstWord(text.slice(end + commentAt))
    : undefined;
}

/** A zip archive as AFF4 sees it: its files have URNs, and statements are made of them. */
export class Aff4Volume {
  readonly urn: string;
  readonly graph: TurtleGraph;
  readonly archive: ZipArchive;
  readonly header: ReadonlyMap<string, HeaderValue>;
  /** The program that wrote it, and its version; undefined where nothing says it. */
  readonly tool: string | undefined;
  /** The names of the files, by their decoded URNs. */
  readonly #members: ReadonlyMap<string, string>;

  /**
   * Reads what is said of the volume. Throws `malformed`, `unsupported`, and `truncated` where the
   * archive was cut before its description was written.
   */
  constructor(file: ByteSource, archive: ZipArchive, commented: string | undefined) {
    this.archive = archive;
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
    const urn = firstWord(textOf(names.description, maxTextInBytes) ?? '') ?? commented;
    if (urn === undefined) {
      throw new VmcorekitError('malformed', {
        structure: 'AFF4 volume',
        fileOffset: 0,
        field: 'name',
        wanted: `a URN in ${names.description}, or in the comment of the archive`,
        got: 'neither',
      });
    }
    this.urn = urn.replace(/\/+$/, '');
    this.graph = readTurtle(textOf(names.turtle, maxTurtleInBytes) ?? '', this.urn);
    const version = versionIn(textOf(names.version, maxTextInBytes) ?? '');
    this.tool = version.find(([name]) => name === 'tool')?.[1];
    this.header = new Map([['volume', this.urn], ...version]);
    this.#members = new Map([...all].map((name) => [keyOf(this.#urnOf(name)), name] as const));
  }

  /** The file with that URN, or undefined. */
  memberOf(urn: string): string | undefined {
    return this.#members.get(keyOf(urn));
  }

  /** What users call an object: the end of its URN, if that begins with the volume's. */
  nameOf(urn: string): string {
    const isInside = urn.startsWith(`${this.urn}/`);
    return isInside ? urn.slice(this.urn.length).replace(/^\/+/, '') : urn;
  }

  /** The URNs of the files that say what the volume is, decoded. */
  isDescription(name: string): boolean {
    return Object.values<string>(names).includes(name);
  }

  /** The decoded URN of a file. */
  keyOfMember(name: string): string {
    return keyOf(this.#urnOf(name));
  }

  #urnOf(name: string): string {
    const decoded = unescaped(name);
    return decoded.startsWith(scheme) ? decoded : `${this.urn}/${decoded}`;
  }
}

/** Programs escape other characters of the same URN, and some write a second slash. */
export function keyOf(urn: string): string {
  const decoded = unescaped(urn);
  return scheme + decoded.replace(/^aff4:\/\//, '').replace(/\/{2,}/g, '/');
}

function unescaped(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}

function firstWord(text: string): string | undefined {
  const [word = ''] = text.trim().split(/[\s\0]/, 1);
  return word.startsWith(scheme) ? word : undefined;
}

/** Source: AFF4 Standard 1.0, 1: lines of NAME=VALUE. */
function versionIn(text: string): (readonly [name: string, value: string])[] {
  return text.split(/[\r\n]+/).flatMap((line) => {
    const [, name, value] = /^\s*(major|minor|tool)\s*=(.*)$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value.trim()] as const];
  });
}
