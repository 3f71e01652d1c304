import {
  BufferSink,
  BufferSource,
  type ByteSink,
  type ByteState,
  type Dump,
  type DumpImage,
  isHeld,
  isVmcorekitError,
  type PhysicalMemory,
  type PhysicalRange,
  pagesOf,
} from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import { FlattenedSink } from '@vmcorekit/format-kdump';
import { runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';
import type { GeneratedDump, Truth } from './truth.ts';

/** One conversion. */
export interface Step {
  readonly format: 'elf' | 'kdump';
  readonly compression: 'none' | 'zlib';
  readonly isFlattened: boolean;
  readonly isSplit: boolean;
}

function must(isTrue: boolean, what: () => string): void {
  if (!isTrue) {
    throw new Error(what());
  }
}

/** Every byte reads as the truth has it, or fails as it says; what the index says agrees. */
export function checkMemory({ memory }: DumpImage, truth: Truth): void {
  must(
    memory.pageSizeInBytes === truth.pageSizeInBytes,
    () => `pages of ${memory.pageSizeInBytes} bytes`,
  );
  let at = 0;
  for (const { start, end, state } of memory.pieces(0, truth.sizeInBytes)) {
    must(
      start === at && end > start,
      () => `a piece from ${start} to ${end} follows one up to ${at}`,
    );
    for (const part of pagesOf([{ start, end }], memory.pageSizeInBytes)) {
      checkPart(memory, truth, part, state);
    }
    at = end;
  }
  must(at === truth.sizeInBytes, () => `pieces end at ${at}`);
  checkRuns(memory, truth);
}

/** Of one page at most, in one state. */
function checkPart(
  memory: PhysicalMemory,
  truth: Truth,
  { start, end }: PhysicalRange,
  state: ByteState,
): void {
  const bytes = isHeld(state) ? readOr(memory, start, end - start) : undefined;
  // Data that cannot be decoded is known only when it is read.
  const said = isHeld(state) && bytes === undefined ? 'corrupt' : state;
  const isRight = bytes === undefined ? truth.isAll(start, end, said) : truth.holds(start, bytes);
  must(
    isRight,
    () =>
      `bytes ${start} to ${end} are ${said}, right is ${differenceFrom(truth, start, end, said, bytes)}`,
  );
}

function differenceFrom(
  truth: Truth,
  start: number,
  end: number,
  said: ByteState,
  bytes?: Uint8Array,
): string {
  for (let at = start; at < end; at++) {
    const right = truth.stateAt(at);
    if (
      bytes === undefined
        ? right !== said
        : !isHeld(right) || bytes[at - start] !== truth.values[at]
    ) {
      return `${right} ${truth.values[at]} at ${at}, where ${bytes?.[at - start]} was read`;
    }
  }
  return 'the same';
}

/** What a search is given is held, and all that is stored and not zero is given to it. */
function checkRuns(memory: PhysicalMemory, truth: Truth): void {
  const given = new Uint8Array(truth.sizeInBytes);
  for (const { start, end } of memory.storedRuns()) {
    given.fill(1, start, end);
  }
  const wrongAt = truth.firstMisjudged(given);
  must(
    wrongAt === undefined,
    () =>
      `byte ${wrongAt} is ${truth.stateAt(wrongAt ?? 0)}, and a search is ${given[wrongAt ?? 0] === 1 ? '' : 'not '}given it`,
  );
}

/** Undefined where the memory is corrupt, which may be known only when it is read. */
function readOr(
  memory: PhysicalMemory,
  start: number,
  lengthInBytes: number,
): Uint8Array | undefined {
  try {
    return memory.read(start, lengthInBytes);
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable') && error.facts.state === 'corrupt') {
      return undefined;
    }
    throw error;
  }
}

/** `verify` counts the pages that are there, and calls a dump sound with which nothing is wrong. */
export async function checkVerify(
  toolkit: Toolkit,
  dump: Dump,
  { truth, isDamaged }: GeneratedDump,
): Promise<void> {
  const { pages, isSound } = await toolkit.verify(dump);
  const right = truth.pageStates();
  const count = (...wanted: string[]): number =>
    right.filter((state) => wanted.includes(state)).length;
  for (const [what, counted, wanted] of [
    ['held', pages.stored + pages.zero, count('stored', 'zero')],
    ['partial', pages.partial, count('partial')],
    ['excluded', pages.excluded, count('excluded')],
    ['corrupt', pages.corrupt, count('corrupt')],
  ] as const) {
    must(counted === wanted, () => `verify counts ${counted} ${what} pages, right is ${wanted}`);
  }
  must(isSound !== isDamaged, () => `verify calls the dump ${isSound ? 'sound' : 'damaged'}`);
}

/**
 * Writes the dump again. Checks that nothing held is lost, or that the loss is reported. Returns
 * what was written.
 */
export async function converted(
  toolkit: Toolkit,
  dump: Dump,
  truth: Truth,
  { format, compression, isFlattened, isSplit }: Step,
): Promise<{ readonly dump: Dump; readonly truth: Truth }> {
  const states = truth.pageStates();
  const held = states.filter(
    (state) => state === 'stored' || state === 'zero' || state === 'partial',
  ).length;
  const buffers = Array.from(
    { length: isSplit && format === 'kdump' && held > 1 ? 2 : 1 },
    () => new BufferSink(),
  );
  const flattened =
    format === 'kdump' && isFlattened ? buffers.map((buffer) => new FlattenedSink(buffer)) : [];
  const sinks: readonly ByteSink[] = flattened.length > 0 ? flattened : buffers;
  const [sink] = sinks;
  const options = { compression: format === 'elf' ? ('none' as const) : compression };
  const report = await toolkit.write(
    dump.image,
    format,
    sinks.length === 1 && sink !== undefined ? sink : sinks,
    options,
  );
  for (const each of flattened) {
    each.finish();
  }
  const unreadable = states.filter((_, pfn) => truth.isCutOff(pfn)).length;
  must(
    report.pagesUnreadable === unreadable,
    () => `${report.pagesUnreadable} pages unreadable, right is ${unreadable}`,
  );
  must(
    report.pagesStored + report.pagesZero === held,
    () => `${report.pagesStored} + ${report.pagesZero} pages written of ${held}`,
  );
  const filled = format === 'kdump' ? states.filter((state) => state === 'partial').length : 0;
  must(
    (report.pagesFilled ?? 0) === filled,
    () => `${report.pagesFilled} pages filled, right is ${filled}`,
  );
  const after = await toolkit.open(
    buffers.map(({ bytes }, index) => new BufferSource(bytes, `part ${index}`)).toReversed(),
  );
  must(
    after.damage.length === 0,
    () => `damage of what was written: ${after.damage.map(({ detail }) => detail).join('; ')}`,
  );
  const { notes } = await toolkit.compare(dump, after);
  must(
    notes.onlyIn.every((only) => only.length === 0),
    () => 'notes differ',
  );
  for (const key of ['architecture', 'byteOrder', 'wordSizeInBits'] as const) {
    must(
      after.image[key] === dump.image[key],
      () => `${key} is ${after.image[key]}, was ${dump.image[key]}`,
    );
  }
  return { dump: after, truth: truth.writtenAs(format) };
}

/** The command `read`, plain, raw and filled with zeros, over a stretch of the dump. */
export async function checkRead(
  { files }: GeneratedDump,
  truth: Truth,
  start: number,
  lengthInBytes: number,
): Promise<void> {
  const paths = files.map((bytes, index) => writeTemporaryFile(`part-${index}`, bytes));
  const range = [`0x${start.toString(16)}`, `0x${lengthInBytes.toString(16)}`];
  const right = Array.from({ length: lengthInBytes }, (_, at) =>
    truth.isHeldAt(start + at) ? truth.values[start + at] : undefined,
  );
  const missing = right.indexOf(undefined);
  const filled = await runCli(['read', '--json', '--zero-fill', ...paths, ...range]);
  must(
    bytesOf(filled.json()[0], start, lengthInBytes).every((byte, at) => byte === (right[at] ?? 0)),
    () => 'read --zero-fill',
  );
  const plain = await runCli(['read', '--json', ...paths, ...range]);
  if (plain.status === 2) {
    // A range that goes beyond the end of memory is refused.
    must(missing >= 0 && plain.stderr.includes("the dump's memory ends at"), () => plain.stderr);
    return;
  }
  must(plain.status === (missing < 0 ? 0 : 1), () => `read exits with ${plain.status}`);
  must(
    bytesOf(plain.json()[0], start, lengthInBytes).every((byte, at) => byte === right[at]),
    () => 'read',
  );
}

/** What an answer of `read` has at each place; undefined where it has nothing. */
function bytesOf(answer: unknown, start: number, lengthInBytes: number): (number | undefined)[] {
  const bytes: (number | undefined)[] = Array.from({ length: lengthInBytes });
  for (const { address, bytes: hex } of (
    answer as { segments: readonly { address: string; bytes: string }[] }
  ).segments) {
    for (const [index, value] of Buffer.from(hex, 'hex').entries()) {
      bytes[Number(address) - start + index] = value;
    }
  }
  return bytes;
}
