import {
  type ByteSource,
  type Damage,
  type OpenContext,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { damageIn } from './damage-in.ts';
import { readSegmentNumber } from './file-header.ts';
import { differenceOf, type Media, mediaSections, readMedia } from './media.ts';
import { maxSections, type Sections, walkSections } from './sections.ts';
import { plainName, segmentNamesAfter } from './segment-names.ts';

/** Each is an open file. Sets that people have are of tens. */
const maxSegments = 4096;
/** Names that are looked for after a missing segment. */
const maxMissingInARow = 16;
/** Sections that say what a set holds. Writers give a segment one or two. */
const maxMediaSections = 16;

export interface Segment extends Sections {
  readonly source: ByteSource;
  readonly name: string;
}

export interface SegmentSet {
  /** In order. A sentence in place of a segment that is not there. */
  readonly members: readonly (Segment | string)[];
  readonly media: Media;
  /** Of the sections that say it. */
  readonly damage: readonly Damage[];
  /** The other segments, opened beside the first. */
  readonly companions: readonly ByteSource[];
}

/** The name that a segment must have, and its file; undefined where there is none. */
export interface NamedFile {
  readonly name: string;
  readonly source: ByteSource | undefined;
}

/**
 * Opens the files that have the names of a set's other segments, in order. Nothing of them is read
 * yet: on a slow disk that takes minutes, and must be able to stop.
 */
export async function openBeside(
  file: ByteSource,
  companion: OpenContext['companion'],
): Promise<readonly NamedFile[]> {
  const names = segmentNamesAfter(plainName(file.name));
  const files: NamedFile[] = [];
  let found = 0;
  for (let number = 2; number <= found + 1 + maxMissingInARow; number++) {
    const name = names?.(number);
    // A set of one more than there may be is refused.
    if (name === undefined || number > maxSegments + 1) {
      break;
    }
    const source = await companion(name);
    files.push({ name, source });
    found = source === undefined ? found : number - 1;
  }
  return files;
}

/**
 * Puts a set together out of its first segment and the files beside it. One that is missing, or is
 * of another set, leaves a gap. What is of no use is closed. Throws `malformed` or `truncated`
 * where no segment says what the set holds, and `unsupported` for more than are read.
 */
export function* openSet(
  file: ByteSource,
  beside: readonly NamedFile[],
): Generator<Progress, SegmentSet, void> {
  const first = yield* segmentOf(file);
  const media = new KnownMedia(first);
  const members: (Segment | string)[] = [first];
  const companions: ByteSource[] = [];
  let last: Segment = first;
  let missing: string[] = [];
  let sections = first.all.length;
  for (const [index, { name, source }] of beside.entries()) {
    if (last.endsBy === 'done' || missing.length >= maxMissingInARow) {
      source?.[Symbol.dispose]();
      continue;
    }
    if (source === undefined) {
      missing.push(`${name} is missing`);
      continue;
    }
    const number = index + 2;
    const member = yield* media.memberOf(source, number);
    if (typeof member === 'string') {
      source[Symbol.dispose]();
      missing.push(member);
      continue;
    }
    companions.push(source);
    members.push(...missing, member);
    missing = [];
    last = member;
    sections += member.all.length;
    if (number > maxSegments || sections > maxSections) {
      const most = number > maxSegments ? `${maxSegments} segments` : `${maxSections} sections`;
      throw new VmcorekitError('unsupported', {
        what: `an EWF set of more than ${most}`,
        advice: 'write it again with larger segments: ewfexport -f encase6 -S 100GiB FILE',
      });
    }
    const doing = 'following the sections of an EWF set';
    yield { kind: 'progress', doing, fraction: number / (beside.length + 1) };
  }
  // A segment that is cut does not say whether another follows.
  if (last.endsBy === 'next') {
    const [
      because = `${first.name} is not called NAME.E01, so no segments are looked for beside it`,
    ] = missing;
    members.push(because);
  }
  return { members, media: media.known(), damage: media.damage, companions };
}

function* segmentOf(source: ByteSource): Generator<Progress, Segment, void> {
  return { source, name: plainName(source.name), ...(yield* walkSections(source)) };
}

/** What the segments of a set say that it holds: all of them must say the same. */
class KnownMedia {
  readonly damage: Damage[] = [];
  #media: Media | undefined;
  #error: VmcorekitError | undefined;

  constructor(first: Segment) {
    this.#media = this.#mediaOf(first);
    this.#error ??= first.stopped ?? undefined;
  }

  /** The segment; or why it is none of this set. */
  *memberOf(source: ByteSource, number: number): Generator<Progress, Segment | string, void> {
    try {
      const got = readSegmentNumber(source);
      if (got !== number) {
        return `${plainName(source.name)} calls itself segment ${got}, not ${number}`;
      }
    } catch (error) {
      return `${plainName(source.name)} is no segment: ${damageIn(error).message}`;
    }
    const segment = yield* segmentOf(source);
    const media = this.#mediaOf(segment);
    this.#media ??= media;
    const difference =
      media === undefined || this.#media === undefined
        ? undefined
        : differenceOf(media, this.#media);
    return difference === undefined ? segment : `${segment.name} is of another set: ${difference}`;
  }

  known(): Media {
    if (this.#media === undefined) {
      throw (
        this.#error ??
        new VmcorekitError('malformed', {
          structure: 'EWF file',
          fileOffset: 0,
          field: 'sections',
          wanted: 'one that says what it holds (volume, disk or data)',
          got: 'none',
        })
      );
    }
    return this.#media;
  }

  #mediaOf({ source, name, all }: Segment): Media | undefined {
    const sections = all.filter(({ type }) => mediaSections.includes(type));
    for (const section of sections.slice(0, maxMediaSections)) {
      try {
        return readMedia(source, section);
      } catch (error) {
        const damage = damageIn(error);
        this.#error ??= damage;
        this.damage.push({
          name: 'volume-damaged',
          loses: 'nothing',
          detail: `in ${name}, ${damage.message}; another section says the same`,
          fileOffset: section.fileOffset,
        });
      }
    }
    return undefined;
  }
}
