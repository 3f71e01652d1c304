import {
  type Damage,
  hex,
  type Progress,
  StructView,
  utf8Text,
  VmcorekitError,
} from '@vmcorekit/core';
import { hasSwappedEntries } from './vocabulary.ts';
import type { Aff4Volume } from './volume.ts';

/** An entry of a map. Source: AFF4 Standard 1.0, 4; before it, pyaff4, aff4_map.py. */
const entry = { mapped: 0, length: 8, target: 16, targetId: 24, sizeInBytes: 28 } as const;
const swapped = { ...entry, length: 16, target: 8 } as const;
/** Takes some milliseconds. */
const entriesPerStep = 1 << 16;
const structure = 'AFF4 map';

/** A stretch of a map, and where it comes from. */
export interface MapRange {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly targetOffset: number;
  readonly target: string;
}

export interface ReadMap {
  /** Ascending and disjoint. */
  readonly ranges: readonly MapRange[];
  readonly damage: readonly Damage[];
}

/** Reads the entries of a map. Throws `malformed`, and `unsupported` for one without files here. */
export function* readMap(volume: Aff4Volume, urn: string): Generator<Progress, ReadMap, void> {
  const [map, idx] = [volume.memberOf(`${urn}/map`), volume.memberOf(`${urn}/idx`)];
  if (map === undefined || idx === undefined) {
    throw elsewhere(volume.nameOf(urn));
  }
  const at = hasSwappedEntries(volume.graph, urn) ? swapped : entry;
  const [mapInBytes, idxInBytes] = [volume.sizeOfMember(map) ?? 0, volume.sizeOfMember(idx) ?? 0];
  if (mapInBytes % entry.sizeInBytes !== 0) {
    throw bad('size', `a multiple of ${entry.sizeInBytes}`, mapInBytes, 0);
  }
  volume.budget.take('entries of maps', mapInBytes / entry.sizeInBytes);
  volume.budget.take('bytes of target lists', idxInBytes);
  const text = utf8Text(volume.archive.readWhole({ name: idx }, idxInBytes));
  const targets = text.split(/\r?\n/).map((line) => line.trim());
  const bytes = volume.archive.readWhole({ name: map }, mapInBytes);
  const view = new StructView(bytes, 'little', structure);
  const ranges: MapRange[] = [];
  for (let offset = 0; offset < bytes.length; offset += entry.sizeInBytes) {
    const start = view.uint53(offset + at.mapped, 'mapped offset');
    const end = start + view.uint53(offset + at.length, 'length');
    const targetOffset = view.uint53(offset + at.target, 'target offset');
    const id = view.uint32(offset + at.targetId);
    const target = targets[id];
    if (target === undefined || target === '') {
      throw bad('target id', `one of ${targets.length} in ${idx}`, id, offset + at.targetId);
    }
    if (!Number.isSafeInteger(end) || !Number.isSafeInteger(targetOffset + (end - start))) {
      throw bad('end', 'a number below 2^53', hex(end), offset);
    }
    if (start < end) {
      ranges.push({ start, end, targetOffset, target });
    }
    if ((offset / entry.sizeInBytes) % entriesPerStep === 0) {
      yield { kind: 'progress', doing: 'reading a map of AFF4', fraction: offset / bytes.length };
    }
  }
  return apart(ranges.toSorted((one, other) => one.start - other.start));
}

/** An object whose files are not in this archive. */
export function elsewhere(name: string, because?: string): VmcorekitError<'unsupported'> {
  const reason = because === undefined ? '' : `, and ${because}`;
  return new VmcorekitError('unsupported', {
    what: `${name}, of which this AFF4 volume has no data: they lie in another volume of a set${reason}`,
    advice:
      'put the other volumes beside it, under the names that they had, or export the image with aff4imager',
    holds: 'files',
  });
}

function apart(ranges: readonly MapRange[]): ReadMap {
  const kept: MapRange[] = [];
  let reached = 0;
  let twice = 0;
  for (const range of ranges) {
    const start = Math.max(range.start, reached);
    twice += Math.min(range.end, start) - range.start;
    if (start < range.end) {
      const targetOffset = range.targetOffset + (start - range.start);
      kept.push({ ...range, start, targetOffset });
      reached = range.end;
    }
  }
  return {
    ranges: kept,
    damage:
      twice === 0
        ? []
        : [
            {
              name: 'ranges-overlap',
              loses: 'nothing',
              detail: `${twice} bytes lie in two ranges of an AFF4 map; the range that begins first counts`,
            },
          ],
  };
}

function bad(
  field: string,
  wanted: string,
  got: number | string,
  fileOffset: number,
): VmcorekitError<'malformed'> {
  return new VmcorekitError('malformed', { structure, fileOffset, field, wanted, got });
}
