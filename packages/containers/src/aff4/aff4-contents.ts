import {
  type ByteSource,
  type ContainerContents,
  type ContainerEntry,
  type Damage,
  fileHeadOf,
  type HeaderValue,
  isVmcorekitError,
  type OpenContext,
  type OriginSign,
  type Progress,
  printable,
  resultOf,
  type StatedBlockDigests,
  type StatedDigest,
  sizeText,
  VmcorekitError,
} from '@vmcorekit/core';
import { checkUnpacked } from '../contents.ts';
import { type Aff4Codecs, ChunkRoom } from './chunk-decoder.ts';
import { MapSource, type MapTarget } from './map-source.ts';
import { type Aff4Object, kindOf, placesOf, type VolumeObjects } from './objects.ts';
import { openStream } from './open-stream.ts';
import { originsOf } from './origins.ts';
import { numberOf } from './read-bevies.ts';
import { elsewhere, type ReadMap } from './read-map.ts';
import { statedHashes } from './stated-hashes.ts';
import { keyOf } from './urns.ts';
import { soleValueOf, symbolicStream } from './vocabulary.ts';
import type { Aff4Volume } from './volume.ts';
import { isElsewhere, type OtherVolumes, type VolumeFile } from './volume-set.ts';
import { WarmSources } from './warm-sources.ts';

/** A map of a map is conceivable; a deeper nesting is an attack, as is a circle. */
const maxNesting = 4;
export interface OpenedVolume {
  readonly file: ByteSource;
  readonly volume: Aff4Volume;
  readonly objects: VolumeObjects;
  /** Of the same set. */
  readonly others: OtherVolumes;
  readonly context: OpenContext;
  readonly codecs: Aff4Codecs;
}

/** The maps, streams and files of an AFF4 volume. */
export class Aff4Contents implements ContainerContents {
  readonly entries: readonly ContainerEntry[];
  readonly header: ReadonlyMap<string, HeaderValue>;
  readonly origins: readonly OriginSign[];
  readonly #file: ByteSource;
  readonly #volume: Aff4Volume;
  readonly #others: OtherVolumes;
  readonly #context: OpenContext;
  readonly #codecs: Aff4Codecs;
  readonly #objects: ReadonlyMap<string, Aff4Object>;
  readonly #maps: VolumeObjects['maps'];
  /** By the keys of their URNs. */
  readonly #opened: Map<string, ByteSource> = new Map();
  readonly #blockDigests: Map<string, readonly StatedBlockDigests[]> = new Map();
  readonly #room: ChunkRoom = new ChunkRoom();
  readonly #warm: WarmSources = new WarmSources();
  readonly #damage: Damage[] = [];

  constructor(opened: OpenedVolume) {
    const { file, volume, others, context, codecs } = opened;
    const { listed, maps } = opened.objects;
    this.#others = others;
    this.#file = file;
    this.#volume = volume;
    this.#context = context;
    this.#codecs = codecs;
    this.#maps = maps;
    this.header = volume.header;
    this.origins = originsOf(volume, listed);
    this.#objects = new Map(listed.map((one) => [volume.nameOf(one.urn), one]));
    this.entries = [...this.#objects].map(([name, object]) => ({
      name,
      otherNames: [object.urn, ...object.images.flatMap((urn) => [volume.nameOf(urn), urn])],
      sizeInBytes: this.#sizeOf(object),
      kind: object.isMemory ? `${object.kind} of memory` : object.kind,
      ...(object.isMemory
        ? {
            memory: {
              placed: object.map === undefined ? null : placesOf(object.map.ranges),
              because: `the map ${printable(name)} of AFF4 has these ranges`,
            },
          }
        : {}),
    }));
  }

  get damage(): readonly Damage[] {
    const { volumes } = this.#others;
    const ofOthers = volumes.flatMap(({ volume }) => volume.archive.damage);
    return [...this.#volume.archive.damage, ...ofOthers, ...this.#damage];
  }

  open(entry: ContainerEntry): ByteSource {
    return resultOf(this.openInSteps(entry));
  }

  openInSteps({ name }: ContainerEntry): Generator<Progress, ByteSource, void> {
    return this.#openUrn(this.#named(name).urn, 0);
  }

  startOf(entry: ContainerEntry, lengthInBytes: number): Uint8Array {
    const { urn, kind } = this.#named(entry.name);
    const member = this.#volume.memberOf(urn);
    if (kind === 'file' && member !== undefined) {
      return this.#volume.archive.startOf({ name: member, sizeInBytes: null }, lengthInBytes);
    }
    return fileHeadOf(this.open(entry)).head.subarray(0, lengthInBytes);
  }

  /** What the volume states of all bytes of an entry: `aff4:hash` of it, or of an image of it. */
  digestsOf({ name }: ContainerEntry): readonly StatedDigest[] {
    const object = this.#named(name);
    return statedHashes(this.#volume, object, this.#whyNotRead(object));
  }

  /** Of the stream, or of each stream that a map points to. */
  blockDigestsOf({ name }: ContainerEntry): readonly StatedBlockDigests[] {
    const { urn, map } = this.#named(name);
    const streams = new Set([urn, ...(map?.ranges.map(({ target }) => target) ?? [])].map(keyOf));
    return [...streams].flatMap((key) => this.#blockDigests.get(key) ?? []);
  }

  [Symbol.dispose](): void {
    for (const source of this.#opened.values()) {
      source[Symbol.dispose]();
    }
    for (const { archive } of [this.#volume, ...this.#others.volumes.map(({ volume }) => volume)]) {
      archive[Symbol.dispose]();
    }
  }

  #named(name: string): Aff4Object {
    const object = this.#objects.get(name);
    if (object === undefined) {
      throw new VmcorekitError('unknown-name', { kind: 'AFF4 object', name, known: [] });
    }
    return object;
  }

  /** Memory may lie anywhere, and a digest of it also counts the gaps. */
  #whyNotRead({ urn, map }: Aff4Object): string | undefined {
    const sizeInBytes = map === undefined ? 0 : this.#mapSize(urn, map);
    const { maxUnpackedInBytes } = this.#context;
    return sizeInBytes > maxUnpackedInBytes
      ? `it is of ${sizeText(sizeInBytes)} with the gaps, and at most ${sizeText(maxUnpackedInBytes)} are read out of a file of this size`
      : undefined;
  }

  /** Null also where what it says of its size is wrong: then only opening it fails. */
  #sizeOf({ urn, kind, map }: Aff4Object): number | null {
    if (kind === 'file') {
      const member = this.#volume.memberOf(urn);
      return member === undefined ? null : this.#volume.sizeOfMember(member);
    }
    try {
      return map === undefined
        ? numberOf(this.#volume, urn, 'size', 0, Number.MAX_SAFE_INTEGER)
        : this.#mapSize(urn, map);
    } catch (error) {
      if (isVmcorekitError(error, 'malformed')) {
        return null;
      }
      throw error;
    }
  }

  #mapSize(urn: string, { ranges }: ReadMap): number {
    const stated = numberOf(this.#volume, urn, 'size', 0, Number.MAX_SAFE_INTEGER) ?? 0;
    return Math.max(stated, ranges.at(-1)?.end ?? 0);
  }

  *#openUrn(urn: string, nesting: number): Generator<Progress, ByteSource, void> {
    const key = keyOf(urn);
    const known = this.#opened.get(key);
    if (known !== undefined) {
      return known;
    }
    const source = yield* this.#openNew(urn, nesting);
    this.#opened.set(key, source);
    return source;
  }

  *#openNew(urn: string, nesting: number): Generator<Progress, ByteSource, void> {
    const name = this.#volume.nameOf(urn);
    switch (kindOf(this.#holderOf(urn).volume, urn)) {
      case 'map':
        return yield* this.#openMap(urn, nesting);
      case 'stream':
        return yield* this.#openStream(urn, nesting);
      case 'encrypted stream':
        throw new VmcorekitError('unsupported', {
          what: `${name} in ${this.#file.name} is an encrypted stream of AFF4`,
          advice: 'decrypt it first with the program that made it, and give that file',
          holds: 'files',
        });
      case 'file': {
        const member = this.#volume.memberOf(urn) ?? name;
        return yield* this.#volume.archive.openInSteps({ name: member, sizeInBytes: null });
      }
      case undefined:
        throw elsewhere(name, this.#others.because);
    }
  }

  /** The volume of the set that has the data of an object; the named one where none has. */
  #holderOf(urn: string): VolumeFile {
    const own = { file: this.#file, volume: this.#volume };
    return isElsewhere(own.volume, urn)
      ? (this.#others.volumes.find(({ volume }) => !isElsewhere(volume, urn)) ?? own)
      : own;
  }

  /** What a range of a map points to. What no volume of the set has is lost. */
  *#target(urn: string, nesting: number): Generator<Progress, MapTarget, void> {
    const lost = `${this.#volume.nameOf(urn)} is in another volume: ${this.#others.because}`;
    return isElsewhere(this.#holderOf(urn).volume, urn)
      ? { lost, isUnread: false }
      : yield* this.#openUrn(urn, nesting);
  }

  *#openStream(urn: string, nesting: number): Generator<Progress, ByteSource, void> {
    const [context, codecs, room, warm] = [this.#context, this.#codecs, this.#room, this.#warm];
    const name = this.#volume.nameOf(urn);
    const parts = { ...this.#holderOf(urn), urn, name, context, codecs, room, warm };
    const { source, lost, blockDigests } = yield* openStream(parts);
    this.#blockDigests.set(keyOf(urn), blockDigests);
    // A map reports what its streams lost at its own offsets.
    this.#damage.push(...(nesting === 0 ? lost.damage() : []));
    return source;
  }

  *#openMap(urn: string, nesting: number): Generator<Progress, ByteSource, void> {
    const volume = this.#volume;
    const name = volume.nameOf(urn);
    if (nesting >= maxNesting) {
      throw new VmcorekitError('unsupported', {
        what: `${name} in ${this.#file.name}: more than ${maxNesting} maps of AFF4 inside each other`,
        advice: 'export it with aff4imager, and give that file',
      });
    }
    const map = this.#maps.get(keyOf(urn)) ?? elsewhere(name, this.#others.because);
    if (map instanceof VmcorekitError) {
      throw map;
    }
    const isMemory = this.#objects.get(name)?.isMemory === true;
    const mapped = map.ranges.reduce((sum, { start, end }) => sum + (end - start), 0);
    const sizeInBytes = this.#mapSize(urn, map);
    // Between its ranges memory is absent, so it is not read.
    checkUnpacked(this.#context, 'AFF4 map', 0, isMemory ? mapped : sizeInBytes);
    const targets = new Map<string, MapTarget>();
    for (const target of new Set(map.ranges.map((range) => range.target))) {
      targets.set(target, symbolicStream(target) ?? (yield* this.#target(target, nesting + 1)));
    }
    const isHeld = ([iri, target]: readonly [string, MapTarget]): boolean =>
      'readInto' in target || symbolicStream(iri) !== undefined;
    if (targets.size > 0 && ![...targets].some(isHeld)) {
      throw elsewhere(name, this.#others.because);
    }
    const gapName = soleValueOf(volume.graph, urn, 'mapGapDefaultStream');
    const gap = gapName === undefined ? { byte: 0 } : symbolicStream(gapName);
    if (gap === undefined) {
      throw new VmcorekitError('unsupported', {
        what: `${name} in ${this.#file.name}: a map of AFF4 with ${gapName} in its gaps`,
        advice: 'export it with aff4imager, and give that file',
      });
    }
    const source = new MapSource({
      name: `${this.#file.name}//${name}`,
      sizeInBytes,
      ranges: map.ranges,
      targets,
      gap,
      budget: volume.budget,
    });
    // Many small ranges in large chunks decode each chunk again and again.
    const decoded = source.decodedInBytes(0, sizeInBytes);
    checkUnpacked(this.#context, 'AFF4 map with all chunks that its ranges touch', 0, decoded);
    const lost = isMemory ? source.lostIn(placesOf(map.ranges)) : source.lost;
    this.#damage.push(...map.damage, ...(nesting === 0 ? lost.damage() : []));
    return source;
  }
}
