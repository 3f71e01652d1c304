import { type Damage, VmcorekitError } from '@vmcorekit/core';
import type { KdumpHeader, PfnRange } from './header/header.ts';
import type { KdumpPart } from './part/kdump-part.ts';

/** Header fields that are equal in every part of one split dump. */
const sharedFields: readonly string[] = [
  'header_version',
  'sysname',
  'nodename',
  'release',
  'version',
  'machine',
  'domainname',
  'timestamp_sec',
  'timestamp_usec',
  'block_size',
  'bitmap_blocks',
  'max_mapnr',
  'max_mapnr_64',
  'nr_cpus',
  'phys_base',
  'dump_level',
];

/** What only the parts of one split dump share; undefined for a file that is not split. */
export function splitKeyOf(header: KdumpHeader): string | undefined {
  if (header.splitRange === null) {
    return undefined;
  }
  const { wordSizeInBits, byteOrder } = header.flavour;
  return JSON.stringify([
    wordSizeInBits,
    byteOrder,
    ...sharedFields.map((name) => String(header.fields.get(name))),
  ]);
}

/** The PFNs that one part answers for. Ranges of several parts are disjoint and ascend. */
export interface PartSpan extends PfnRange {
  readonly part: KdumpPart;
}

/**
 * What each part answers for. Where parts overlap, the earlier one wins. Takes them in order of
 * their ranges.
 */
export function spansOf(parts: readonly KdumpPart[]): PartSpan[] {
  const spans: PartSpan[] = [];
  let covered = 0;
  for (const part of parts) {
    const start = Math.max(covered, part.range.start);
    if (start < part.range.end) {
      spans.push({ part, start, end: part.range.end });
      covered = part.range.end;
    }
  }
  return spans;
}

/**
 * The ranges extended over what no file covers: the part before it answers, or the first. Every
 * part's bitmaps cover all pages, so it is known which pages a missing part would hold.
 */
export function mapSpansOf(spans: readonly PartSpan[], maxMapnr: number): PartSpan[] {
  return spans.map(({ part, start }, index) => ({
    part,
    start: index === 0 ? 0 : start,
    end: spans[index + 1]?.start ?? maxMapnr,
  }));
}

/**
 * Sorts parts by their ranges and reports gaps between them. Throws `usage` where the files are not
 * parts of one dump.
 */
export function joinParts(parts: readonly KdumpPart[]): {
  readonly parts: KdumpPart[];
  readonly damage: Damage[];
} {
  const key = parts[0] === undefined ? undefined : splitKeyOf(parts[0].header);
  const stranger = parts.find(
    (part) => splitKeyOf(part.header) !== key || (parts.length > 1 && key === undefined),
  );
  if (stranger !== undefined) {
    throw new VmcorekitError('usage', {
      what: 'files given as one dump',
      got: parts.map((part) => part.source.name).join(', '),
      allowed: `the parts of one split KDUMP dump (${stranger.source.name} is not one with the others)`,
    });
  }
  const ordered = parts.toSorted(
    (a, b) => a.range.start - b.range.start || a.range.end - b.range.end,
  );
  return { parts: ordered, damage: key === undefined ? [] : gapsBetween(ordered) };
}

function gapsBetween(parts: readonly KdumpPart[]): Damage[] {
  const damage: Damage[] = [];
  let covered = 0;
  for (const { range, source } of parts) {
    if (range.start > covered) {
      damage.push(missing(covered, range.start));
    } else if (range.start < covered) {
      damage.push({
        name: 'split-parts-overlap',
        loses: 'nothing',
        detail: `${source.name}: covers PFN ${range.start} to ${range.end - 1}, another part reaches to ${covered - 1}; the part that begins first is used`,
        pfn: range.start,
      });
    }
    covered = Math.max(covered, range.end);
  }
  const end = parts[0]?.header.maxMapnr ?? 0;
  return covered < end ? [...damage, missing(covered, end)] : damage;
}

function missing(start: number, end: number): Damage {
  return {
    name: 'split-part-missing',
    loses: 'memory',
    detail: `no file given covers PFN ${start} to ${end - 1} of the split dump; those pages are absent`,
    pfn: start,
  };
}
