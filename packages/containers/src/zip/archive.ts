import { blockCodecs, Inflater } from '@vmcorekit/compressors';
import {
  type ByteRange,
  type ByteSource,
  type ByteStore,
  type ContainerContents,
  type ContainerEntry,
  type Damage,
  EntrySource,
  hex,
  isVmcorekitError,
  lowestIndex,
  type OpenContext,
  type Progress,
  resultOf,
  type StatedDigest,
  VmcorekitError,
} from '@vmcorekit/core';
import { type Content, checkUnpacked } from '../contents.ts';
import { Crc32 } from '../crc32.ts';
import { deflateContent } from '../deflate/open-deflate.ts';
import type { WindowCodec } from '../deflate/snapshot.ts';
import { StoreRegion } from '../store-region.ts';
import { fileOfMember, wrappingOf } from './deflated-member.ts';
import { differs } from './local-header.ts';
import type { ZipMember, ZipMembers } from './member.ts';
import { dataOf, type MemberData, method } from './member-data.ts';

/** What opening gave an archive to work with. */
export interface ArchiveTools {
  readonly context: OpenContext;
  /** Owned by the archive. */
  readonly store: ByteStore;
  readonly codec: WindowCodec;
}

/** The files of an archive. Stored ones lie in it as they are; others are indexed when opened. */
export class ZipArchive implements ContainerContents {
  readonly entries: readonly ContainerEntry[];
  readonly damage: Damage[];
  readonly #file: ByteSource;
  readonly #tools: ArchiveTools;
  readonly #members: ReadonlyMap<string, ZipMember>;
  /** File offsets, ascending: of all members, and of their end. */
  readonly #starts: Float64Array;
  /** Those that were indexed, by name. */
  readonly #unpacked: Map<string, ByteSource> = new Map();
  #lastSnapshot: Content['snapshot'];

  constructor(file: ByteSource, { members, end, damage }: ZipMembers, tools: ArchiveTools) {
    this.#file = file;
    this.#tools = tools;
    this.damage = [...damage];
    this.#starts = Float64Array.from([...members.map((one) => one.headerOffset), end]).toSorted();
    // Of several files of one name, unzip leaves the last.
    this.#members = new Map(members.map((member) => [member.name, member]));
    this.entries = [...this.#members].map(([name, { sizeInBytes }]) => ({
      name,
      sizeInBytes,
      kind: 'file',
    }));
  }

  open(entry: ContainerEntry): ByteSource {
    return resultOf(this.openInSteps(entry));
  }

  *openInSteps({ name }: ContainerEntry): Generator<Progress, ByteSource, void> {
    const member = this.#named(name);
    const data = this.#dataOf(member);
    if (member.method === method.stored) {
      return this.#stored(member, data);
    }
    let whole = this.#unpacked.get(name);
    if (whole === undefined) {
      whole = yield* this.#index(member, data);
      this.#unpacked.set(name, whole);
    }
    return new EntrySource(whole, 0, whole.sizeInBytes, `${this.#file.name}//${name}`);
  }

  startOf({ name }: ContainerEntry, lengthInBytes: number): Uint8Array {
    const member = this.#named(name);
    const data = this.#dataOf(member);
    if (member.method === method.stored) {
      const start = new Uint8Array(Math.min(lengthInBytes, data.end - data.start));
      return start.subarray(0, this.#file.readInto(data.start, start));
    }
    return startOfStream(fileOfMember(this.#file, member, data), data.start, lengthInBytes);
  }

  /** Opening checks that of a deflated file, which it reads whole. */
  digestsOf({ name }: ContainerEntry): readonly StatedDigest[] {
    const { crc32, method: packing } = this.#named(name);
    return crc32 === null || packing !== method.stored
      ? []
      : [
          {
            algorithm: 'crc32',
            expected: crc32.toString(16).padStart(8, '0'),
            statedBy: `header of ${name} in ${this.#file.name}`,
            createHash: () => new Crc32(),
          },
        ];
  }

  /** Where a file lies that is stored; undefined for a packed one. Throws as opening does. */
  storedRange({ name }: Pick<ContainerEntry, 'name'>): ByteRange | undefined {
    const member = this.#named(name);
    const { start, end } = this.#dataOf(member);
    return member.method === method.stored
      ? { offset: start, lengthInBytes: end - start }
      : undefined;
  }

  /**
   * All bytes of a small file, compared with its CRC-32. Throws `malformed` where they differ, and
   * where there are more than so many.
   */
  readWhole({ name }: Pick<ContainerEntry, 'name'>, maxInBytes: number): Uint8Array {
    const { headerOffset, sizeInBytes, crc32 } = this.#named(name);
    if (sizeInBytes === null || sizeInBytes > maxInBytes) {
      throw differs(
        headerOffset,
        `size of ${name}`,
        `at most ${maxInBytes}`,
        sizeInBytes ?? 'none',
      );
    }
    const bytes = this.startOf({ name, sizeInBytes }, sizeInBytes);
    const sum = blockCodecs().crc32(bytes);
    if (bytes.length !== sizeInBytes || sum !== crc32) {
      const wanted = `that of its contents, ${hex(sum)} (${bytes.length} bytes)`;
      const got = `${hex(crc32 ?? 0)} (${sizeInBytes} bytes)`;
      throw differs(headerOffset, `CRC32 of ${name}`, wanted, got);
    }
    return bytes;
  }

  get snapshot(): (() => Uint8Array) | undefined {
    return this.#lastSnapshot;
  }

  [Symbol.dispose](): void {
    for (const source of this.#unpacked.values()) {
      source[Symbol.dispose]();
    }
    this.#tools.store[Symbol.dispose]();
    this.#file[Symbol.dispose]();
  }

  #named(name: string): ZipMember {
    const member = this.#members.get(name);
    if (member === undefined) {
      throw new VmcorekitError('unknown-name', { kind: 'file in the archive', name, known: [] });
    }
    return member;
  }

  #dataOf(member: ZipMember): MemberData {
    const after = lowestIndex(
      this.#starts.length,
      (index) => (this.#starts[index] ?? 0) < member.headerOffset,
    );
    // Another that begins at the same place overlaps too.
    return dataOf(this.#file, member, this.#starts[after + 1] ?? this.#file.sizeInBytes);
  }

  #stored(member: ZipMember, { start, end }: MemberData): ByteSource {
    const { name, sizeInBytes, headerOffset } = member;
    if (sizeInBytes !== null && sizeInBytes !== end - start) {
      const wanted = `${end - start}, the size of its data, because it is stored`;
      throw differs(headerOffset, 'size', wanted, sizeInBytes);
    }
    return new EntrySource(this.#file, start, end - start, `${this.#file.name}//${name}`);
  }

  *#index(member: ZipMember, data: MemberData): Generator<Progress, ByteSource, void> {
    const { context, store, codec } = this.#tools;
    checkUnpacked(context, 'zip member', member.headerOffset, member.sizeInBytes ?? 0);
    const file = fileOfMember(this.#file, member, data);
    const part = new StoreRegion(store);
    const made = yield* deflateContent(file, wrappingOf(member, data), context, part, codec);
    this.damage.push(...made.damage);
    this.#lastSnapshot = made.snapshot;
    return made.content;
  }
}

let starting: Inflater | undefined;

/** Less where the stream ends or is damaged. */
function startOfStream(file: ByteSource, start: number, lengthInBytes: number): Uint8Array {
  starting ??= new Inflater('zip');
  const place = { bit: 8 * start, blockBit: 8 * start };
  const wanted = new Uint8Array(lengthInBytes);
  let done = 0;
  try {
    starting.begin((at, target) => file.readInto(at, target), place, new Uint8Array(0));
    for (let isEnded = false; !isEnded && done < lengthInBytes; starting.clear()) {
      isEnded = starting.next(lengthInBytes - done) === 'ended';
      const part = starting.output.subarray(0, lengthInBytes - done);
      wanted.set(part, done);
      done += part.length;
    }
  } catch (error) {
    if (!isVmcorekitError(error, 'bad-data')) {
      throw error;
    }
  }
  return wanted.subarray(0, done);
}
