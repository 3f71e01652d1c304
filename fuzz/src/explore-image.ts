import { plugin as architectures } from '@vmcorekit/architectures';
import {
  type ByteState,
  type DumpImage,
  isHeld,
  isVmcorekitError,
  type PhysicalMemory,
  stateOfPieces,
  VmcoreInfo,
} from '@vmcorekit/core';
import { tallyPages } from '@vmcorekit/engine';
import { must } from './target.ts';

/** A hostile dump may claim any number of pages; so many steps of 64 are checked. */
const stepsLooked = 3;
const runsLooked = 64;
const rangesLooked = 64;

/**
 * Uses all of an opened image, and checks that its answers agree with each other. Returns words
 * that describe it.
 */
export function exploreImage(image: DumpImage): string {
  const { memory } = image;
  const words = [
    image.format,
    image.architecture ?? '-',
    image.byteOrder,
    String(image.wordSizeInBits),
  ];
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
    must(
      run.start >= last && run.end > run.start,
      `stored runs are ascending: ${run.start} after ${last}`,
    );
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
  const states =
    step.done === true
      ? Object.entries(step.value.pages).filter(([, count]) => count > 0)
      : [['many', 1]];
  return [...words, ...names, ...states.map(([state]) => String(state))].join(' ');
}

function checkRanges({ ranges }: PhysicalMemory): string[] {
  let last = -1;
  for (const { start, end } of ranges) {
    must(
      start > last && end > start && Number.isSafeInteger(end),
      `ranges are ascending and disjoint: ${start} to ${end}`,
    );
    last = end;
  }
  return [`${Math.min(ranges.length, 4)} ranges`];
}

/** A piece with a readable state can be read; every other throws its state. */
function checkPage(memory: PhysicalMemory, pfn: number): void {
  const start = pfn * memory.pageSizeInBytes;
  const pieces = [...memory.pieces(start, start + memory.pageSizeInBytes)];
  const [said, ofPieces] = [memory.pageState(pfn), stateOfPieces(pieces)];
  must(said === ofPieces, `page ${pfn} is said to be ${said}, and its pieces ${ofPieces}`);
  let at = start;
  for (const piece of pieces) {
    must(
      piece.start === at && piece.end > at,
      `pieces of page ${pfn} leave nothing out: ${piece.start} after ${at}`,
    );
    at = piece.end;
    const read = readAs(memory, piece.start);
    const agrees = isHeld(piece.state)
      ? read === 'stored' || read === 'corrupt'
      : read === piece.state;
    must(agrees, `memory at ${piece.start} is said to be ${piece.state}, and reads as ${read}`);
  }
  must(at === start + memory.pageSizeInBytes, `pieces of page ${pfn} end at ${at}`);
}

function readAs(memory: PhysicalMemory, address: number): ByteState {
  try {
    memory.read(address, 1);
    return 'stored';
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      return error.facts.state;
    }
    throw error;
  }
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
