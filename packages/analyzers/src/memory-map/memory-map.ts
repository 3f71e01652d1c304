import {
  type Analyzer,
  defineAnalyzer,
  hex,
  type PhysicalMemory,
  type Progress,
  plural,
  sizeOfRanges,
  sizeText,
} from '@vmcorekit/core';
import { imageSections, type PlacedSection } from './image-sections.ts';
import type { MappedRange, MemoryMap } from './memory-map-data.ts';
import { memorySvg, svgSlices } from './memory-svg.ts';
import { pageTables } from './page-tables.ts';
import { type PageTally, tallyText, withRun } from './page-tally.ts';
import { legend, Picture } from './picture.ts';
import { everyPage, storedOrNot } from './state-runs.ts';

/** 16 GiB of 4 KiB pages: asking the file's index for each takes about a second. */
const pagesAsked = 2 ** 22;
const rangesShown = 32;

const options = {
  width: {
    type: 'integer',
    summary: 'how many characters the picture has',
    default: 64,
    minimum: 8,
    maximum: 1024,
  },
} as const;

/**
 * What the memory holds. `data` is a `MemoryMap`. Reads page tables and the file's index, no other
 * page.
 */
export const memoryMap: Analyzer<MemoryMap, typeof options> = defineAnalyzer({
  name: 'memory-map',
  summary:
    'what the memory holds: pages stored, zero, partial, excluded, absent or corrupt, the parts of the kernel, and page tables',
  options,
  *run({ dump, kernel }, { width }) {
    const { memory } = dump.image;
    const { pageSizeInBytes, ranges } = memory;
    const start = ranges[0]?.start ?? 0;
    const end = ranges.reduce((highest, range) => Math.max(highest, range.end), 0);
    const [picture, fine] = [width, svgSlices].map(
      (slices) => new Picture(start, end, slices, pageSizeInBytes),
    ) as [Picture, Picture];
    const isEveryPageAsked = sizeOfRanges(ranges) / pageSizeInBytes <= pagesAsked;
    const mapped = yield* mapRanges(memory, isEveryPageAsked, [picture, fine]);
    const sections = imageSections(kernel);
    const tables = yield* pageTables(dump, kernel);
    const { places, ...report } = tables ?? { places: [] };
    const data: MemoryMap = {
      pageSizeInBytes,
      isEveryPageAsked,
      ranges: mapped,
      image: sections.map(({ start: _start, ...section }) => section),
      pageTables: 'roots' in report ? report : null,
      picture: drawn(picture, sections, places),
    };
    const { sliceInBytes } = fine;
    const title = basename(dump.files[0] ?? '');
    return {
      text: linesOf(data),
      data,
      svg: memorySvg(title, data, { ...drawn(fine, sections, places), start, sliceInBytes }),
    };
  },
});

function drawn(
  picture: Picture,
  sections: readonly PlacedSection[],
  places: readonly number[],
): MemoryMap['picture'] {
  const { sliceInBytes } = picture;
  return { sliceInBytes, slices: picture.draw(sections), pageTables: picture.mark(places) };
}

/** The last part of a path; core of no platform knows paths. */
function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function* mapRanges(
  memory: PhysicalMemory,
  isEveryPageAsked: boolean,
  pictures: readonly Picture[],
): Generator<Progress, MappedRange[], void> {
  const mapped: MappedRange[] = [];
  const total = sizeOfRanges(memory.ranges);
  let done = 0;
  for (const range of memory.ranges) {
    let pages: PageTally = {};
    for (const run of isEveryPageAsked ? everyPage(memory, range) : storedOrNot(memory, range)) {
      pages = withRun(pages, run, memory.pageSizeInBytes);
      for (const picture of pictures) {
        picture.add(run);
      }
      done += run.end - run.start;
      yield { kind: 'progress', doing: 'counting pages', fraction: done / total };
    }
    mapped.push({ start: hex(range.start), end: hex(range.end), pages });
  }
  return mapped;
}

function linesOf({
  ranges,
  image,
  picture,
  pageTables: tables,
  isEveryPageAsked,
}: MemoryMap): string[] {
  const more = ranges.length - rangesShown;
  return [
    `physical memory, ${sizeText(picture.sliceInBytes)} a character`,
    `  |${picture.slices}|`,
    ...(tables === null ? [] : [`   ${picture.pageTables.trimEnd()}`]),
    `  ${legend}`,
    '',
    ...ranges
      .slice(0, rangesShown)
      .map(({ start, end, pages }) => `${start} to ${end}: ${tallyText(pages)}`),
    ...(more > 0 ? [`and ${plural(more, 'more range')}`] : []),
    ...(isEveryPageAsked
      ? []
      : ['pages that are not stored were not asked for one by one: the memory is large']),
    '',
    ...(image.length === 0 ? ['no kernel whose page tables are known'] : []),
    ...image.map(
      ({ kind, virtualAddress, physicalAddress, lengthInBytes, pages }) =>
        `kernel ${kind} at ${virtualAddress} (physical ${physicalAddress}), ${sizeText(lengthInBytes)}: ${tallyText(pages)}`,
    ),
    ...(tables === null
      ? []
      : [
          `page tables of the kernel and its CPUs, from ${tables.roots.join(', ')}: ${plural(tables.pages, 'page')} (${sizeText(tables.bytes)})${tables.isEveryTableRead ? '' : ', and more'}`,
        ]),
  ];
}
