import {
  type ByteSource,
  type ByteStore,
  isSourceFailure,
  isVmcorekitError,
  type OpenContext,
  type Progress,
} from '@vmcorekit/core';
import { plainName } from '../ewf/segment-names.ts';
import type { ArchiveTools } from '../zip/archive.ts';
import { openArchive } from '../zip/open-archive.ts';
import { kindOf, type VolumeObjects } from './objects.ts';
import { keyOf } from './urns.ts';
import { symbolicStream, valuesOf } from './vocabulary.ts';
import { Aff4Volume } from './volume.ts';
import type { VolumeBudget } from './volume-budget.ts';

/** A set has a volume for each disk that it was written to at once. */
const maxNumber = 32;
/** Streams that are looked for: each volume of a set has one. Those of a hostile map are lost. */
const maxStreams = 1024;
/** Takes some milliseconds. */
const streamsPerStep = 1024;
/** As the reference images are called: `Base-Linear_1.aff4` and `Base-Linear_2.aff4`. */
const numbered: RegExp = /^(.*[._-])(\d{1,3})(\.aff?4)$/i;

/** A volume, and its file. */
export interface VolumeFile {
  readonly file: ByteSource;
  readonly volume: Aff4Volume;
}

/** A file that may be another volume of a set. */
interface FileBeside {
  readonly file: ByteSource;
  /** For what is packed in it. */
  readonly store: ByteStore;
}

export interface FilesBeside {
  readonly files: readonly FileBeside[];
  /** Where they were looked for, for people. */
  readonly because: string;
}

/** The other volumes of a set that hold what the named one lacks. */
export interface OtherVolumes {
  readonly volumes: readonly VolumeFile[];
  /** Why the streams that none of them holds are lost. */
  readonly because: string;
}

/**
 * Opens the files beside a volume that are called as another of its set: its name with another
 * number. Nothing of them is read yet.
 */
export async function openBeside(file: ByteSource, context: OpenContext): Promise<FilesBeside> {
  const own = plainName(file.name);
  const [, base, digits = '', ending = ''] = numbered.exec(own) ?? [];
  if (base === undefined) {
    const because = `${own} is not called NAME_1.aff4, so no volumes are looked for beside it`;
    return { files: [], because };
  }
  const nameOf = (number: number): string =>
    `${base}${String(number).padStart(digits.startsWith('0') ? digits.length : 1, '0')}${ending}`;
  const files: FileBeside[] = [];
  for (let number = 0; number <= maxNumber; number++) {
    const name = nameOf(number);
    const found = name === own ? undefined : await context.companion(name);
    if (found !== undefined) {
      files.push({ file: found, store: await context.scratch() });
    }
  }
  return { files, because: `none of ${nameOf(1)} to ${nameOf(maxNumber)} has it` };
}

/** Whether a volume lacks the data of a stream that one of its maps names. */
export function isElsewhere(volume: Aff4Volume, urn: string): boolean {
  const kind = kindOf(volume, urn);
  const isEmpty = valuesOf(volume.graph, urn, 'size').some(({ value }) => value === '0');
  return kind === undefined || (kind === 'stream' && volume.beviesOf(urn).length === 0 && !isEmpty);
}

/**
 * Reads the files beside a volume until the streams are found that its maps name and that it lacks.
 * Streams have names that are unique in the world, so a volume of another set has none of them.
 * Files of no use are closed.
 */
export function* readOthers(
  volume: Aff4Volume,
  { maps }: VolumeObjects,
  { files, because }: FilesBeside,
  tools: Omit<ArchiveTools, 'store'>,
): Generator<Progress, OtherVolumes, void> {
  const lacking = new Map<string, string>();
  let steps = 0;
  for (const map of maps.values()) {
    for (const target of new Set('ranges' in map ? map.ranges.map((each) => each.target) : [])) {
      if (lacking.size < maxStreams && symbolicStream(target) === undefined) {
        if (isElsewhere(volume, target)) {
          lacking.set(keyOf(target), target);
        }
      }
      if (steps++ % streamsPerStep === 0) {
        yield { kind: 'progress', doing: 'looking for the volumes of an AFF4 set', fraction: null };
      }
    }
  }
  const streams = [...lacking.values()];
  const volumes: VolumeFile[] = [];
  const reasons: string[] = [];
  for (const { file, store } of files) {
    const left = streams.filter((urn) => volumes.every((each) => isElsewhere(each.volume, urn)));
    const read =
      left.length === 0 ? '' : yield* readOther(file, { ...tools, store }, volume.budget);
    if (read instanceof Aff4Volume && left.some((urn) => !isElsewhere(read, urn))) {
      volumes.push({ file, volume: read });
      continue;
    }
    reasons.push(...(typeof read === 'string' && read !== '' ? [read] : []));
    file[Symbol.dispose]();
    store[Symbol.dispose]();
  }
  return { volumes, because: [because, ...reasons].join('; ') };
}

/** The volume in a file, or why it is none. */
function* readOther(
  file: ByteSource,
  tools: ArchiveTools,
  budget: VolumeBudget,
): Generator<Progress, Aff4Volume | string, void> {
  try {
    const archive = yield* openArchive(file, tools);
    return yield* Aff4Volume.open(file, archive, budget);
  } catch (error) {
    if (!isVmcorekitError(error) || isSourceFailure(error)) {
      throw error;
    }
    return `${plainName(file.name)} is no volume: ${error.message}`;
  }
}
