import { plugin as architectures } from '@vmcorekit/architectures';
import { type DumpImage, isVmcorekitError, type PageState, type PhysicalMemory, VmcoreInfo } from '@vmcorekit/core';
import { tallyPages } from '@vmcorekit/engine';
import { must } from './target.ts';

/** A hostile dump may claim any number of pages; that many steps of 64 are looked at. */
const stepsLooked = 3;
const runsLooked = 64;
const rangesLooked = 64;

/** Uses all of an opened image, and checks that its answers agree with each other. Returns words for what it is. */
export function exploreImage(image: DumpImage): string {
  const { memory } = image;
  const words = [image.format, image.architecture ?? '-', image.byteOrder, String(image.wordSizeInBits)];
  words.push(...checkRanges(memory), ...readNotes(image));
  const work = tallyPages(memory, memory.ranges.slice(0, rangesLooked), 'data');
  let step = work.next();
  for (let left = stepsLooked; left > 0 && step.done !== true; left--) {
    step = work.next();
  }
  for (const range of memory.ranges.slice(0, 4)) {
    for (const address of [range.start, range.end - 1]) {
      checkPage(memory, Math.floor(address / memory.pageSizeInBytes));
    }
  }
  let last = -1;
  let runs = 0;
  for (const run of memory.storedRuns()) {
    must(run.start >= last && run.end > run.start, `stored runs are ascending: ${run.start} behind ${last}`);
    last = run.end;
    if (++runs >= runsLooked) {
      break;
    }
  }
  let checks = 0;
  for (const found of image.check?.() ?? []) {
    words.push('name' in found ? found.name : '');
    if (++checks >= stepsLooked) {
      break;
    }
  }
  const names = new Set(image.damage.map(({ name }) => name));
  const states = step.done === true ? Object.entries(step.value.pages).filter(([, count]) => count > 0) : [['many', 1]];
  return [...words, ...names, ...states.map(([state]) => String(state))].join(' ');
}

function checkRanges({ ranges }: PhysicalMemory): string[] {
  let last = -1;
  for (const { start, end } of ranges) {
    must(start > last && end > start && Number.isSafeInteger(end), `ranges are ascending and disjoint: ${start} to ${end}`);
    last = end;
  }
  return [`${Math.min(ranges.length, 4)} ranges`];
}

/** A page whose state says so can be read, and all others throw what they are. */
function checkPage(memory: PhysicalMemory, pfn: number): void {
  const before = memory.pageState(pfn);
  let read: PageState;
  try {
    memory.read(pfn * memory.pageSizeInBytes, 1);
    read = 'stored';
  } catch (error) {
    if (!isVmcorekitError(error, 'page-unreadable')) {
      throw error;
    }
    read = error.facts.state;
  }
  // A page of which a segment fills a part is as good as its worst part, and its first byte may be better or missing.
  const isPartial =
    read !== before &&
    memory.ranges.some(({ start, end }) => start % memory.pageSizeInBytes !== 0 || end % memory.pageSizeInBytes !== 0);
  const agrees = before === 'zero' || before === 'stored' ? read === 'stored' || read === 'corrupt' : read === before;
  must(
    agrees || isPartial || before === 'corrupt' || before === 'excluded',
    `page ${pfn} is said to be ${before}, and reads as ${read}`,
  );
}

function readNotes(image: DumpImage): string[] {
  const words: string[] = [];
  if (image.vmcoreinfo !== null) {
    const info = new VmcoreInfo(image.vmcoreinfo);
    words.push(`vmcoreinfo ${info.physBase === undefined ? '' : 'phys_base'}`);
  }
  for (const note of image.notes.slice(0, 256)) {
    for (const architecture of architectures.architectures ?? []) {
      const read = architecture.registers?.read(note, image.byteOrder);
      if (read !== undefined) {
        words.push(architecture.name === image.architecture ? 'cpu' : '');
        architecture.mmu?.rootOf(read.registers);
        architecture.modeOf?.(read.registers);
      }
    }
  }
  return [...new Set(words)];
}
