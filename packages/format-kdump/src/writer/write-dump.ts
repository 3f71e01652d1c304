import {
  type ByteSink,
  type Compressor,
  type DumpImage,
  type FormatContext,
  type HeaderValue,
  InlinePageEncoder,
  type PagePlan,
  type PfnSet,
  type PhysicalRange,
  type Progress,
  planPages,
  VmcorekitError,
  type WriteOptions,
  type WriteReport,
  writerStamp,
} from '@vmcorekit/core';
import { flattenedContainer } from '../flattened/flattened-container.ts';
import { FlattenedSink } from '../flattened/flattened-sink.ts';
import { maxBlockSizeInBytes, minBlockSizeInBytes } from '../header/detect.ts';
import {
  compressionFlags,
  maxBitmapSizeInBytes,
  newestVersion,
  subHeaderSizeInBytes,
} from '../header/layout.ts';
import { writerStampOffset } from '../header/writer-stamp-place.ts';
import { composeAttachments } from './compose-attachments.ts';
import { encodeHeaders, subHeaderLayoutFor } from './compose-header.ts';
import type { WrittenPages } from './page-writer.ts';
import { partsOf, saturated, splitFields } from './split-parts.ts';
import { type PartPages, writePages } from './write-pages.ts';

/** How pages are compressed. */
interface PageCompression {
  /** The compression's bit in a descriptor's flags. */
  readonly flag: number;
  readonly codec: Compressor;
}

/**
 * With any value but 1, left-out pages are excluded, not zero. This value says that all kinds but
 * zero pages may be left out.
 */
const excludingDumpLevel = 30;

/** Null where pages stay uncompressed. Throws `usage` for a method that KDUMP has no flag for. */
export async function pageCompressionOf(
  method: string,
  context: FormatContext,
): Promise<PageCompression | null> {
  if (method === 'none') {
    return null;
  }
  const known = compressionFlags.find((entry) => entry.method === method);
  if (known === undefined) {
    const allowed = ['none', ...compressionFlags.map((entry) => entry.method)].join(', ');
    throw new VmcorekitError('usage', {
      what: 'compression of a KDUMP file',
      got: method,
      allowed,
    });
  }
  return { flag: known.flag, codec: await context.compressors.ready(method, 'encode') };
}

/**
 * Writes the files of one dump, whole or split. `fields` are those that describe the dump. The rest
 * follows from what is written, so headers and bitmaps come last.
 */
export function* writeDump(
  image: DumpImage,
  sinks: readonly ByteSink[],
  options: WriteOptions,
  fields: Map<string, HeaderValue>,
  compression: PageCompression | null,
): Generator<Progress, WriteReport, void> {
  const blockSize = checkedBlockSize(image);
  const firstPfn = firstPfnOf(image, fields, blockSize);
  const pagesInRanges = Math.ceil((image.memory.ranges.at(-1)?.end ?? 0) / blockSize) - firstPfn;
  if (bitmapBlocksFor(pagesInRanges, blockSize) * blockSize > maxBitmapSizeInBytes) {
    throw new VmcorekitError('unsupported', {
      what: `memory up to PFN ${pagesInRanges} in a KDUMP file`,
      advice: `its bitmaps cover at most ${8 * maxBitmapSizeInBytes} pages; write ELF instead`,
    });
  }
  const layout = subHeaderLayoutFor(image, String(fields.get('machine')));
  const attachmentsAt = blockSize + subHeaderSizeInBytes[layout];
  const attachments = composeAttachments(image, options, attachmentsAt);
  const subHeaderBlocks = Math.ceil(
    (subHeaderSizeInBytes[layout] + attachments.bytes.length) / blockSize,
  );
  const plan = yield* planPages(image, options.filters ?? [], firstPfn);
  // A filter may call the highest pages absent.
  const maxMapnr = Math.min(pagesInRanges, plan.exists.end);
  const bitmapBlocks = bitmapBlocksFor(maxMapnr, blockSize);
  const bitmapsAt = blockSize * (1 + subHeaderBlocks);
  const descriptorsAt = bitmapsAt + 2 * bitmapBlocks * blockSize;
  const encoderFor =
    options.pageEncoder ?? ((codec, pageSize) => new InlinePageEncoder(codec, pageSize));
  using encoder = encoderFor(compression?.codec ?? null, blockSize);
  const encoding = { encoder, flag: compression?.flag ?? 0 };
  const flattened = sinks.map((sink) =>
    sink.isSequential || options.kind === flattenedContainer.name ? new FlattenedSink(sink) : null,
  );
  const parts: {
    readonly output: ByteSink;
    readonly part: PartPages;
    readonly written: WrittenPages;
  }[] = [];
  for (const [index, part] of partsOf(plan.dumped, sinks.length, maxMapnr).entries()) {
    const output = flattened[index] ?? (sinks[index] as ByteSink);
    const written = yield* writePages(image, output, plan, part, descriptorsAt, firstPfn, encoding);
    parts.push({ output, part, written });
  }
  // Only now is it known which pages could be read, and the bitmaps of every part cover all of
  // them.
  const pagesExcluded = plan.exists.size - plan.dumped.size - plan.pagesUnreadable;
  for (const [name, value] of attachments.fields) {
    fields.set(name, value);
  }
  fields.set('header_version', newestVersion);
  fields.set('block_size', blockSize);
  fields.set('sub_hdr_size', subHeaderBlocks);
  fields.set('bitmap_blocks', 2 * bitmapBlocks);
  fields.set('max_mapnr', saturated(maxMapnr));
  fields.set('max_mapnr_64', maxMapnr);
  fields.set('status', options.header?.get('status') ?? compression?.flag ?? 0);
  fields.set('dump_level', options.header?.get('dump_level') ?? dumpLevelOf(image, plan));
  for (const { output, part } of parts) {
    const { header, subHeader } = encodeHeaders(
      image,
      layout,
      new Map([...fields, ...splitFields(part, parts.length)]),
    );
    output.writeAt(0, header);
    output.writeAt(writerStampOffset(blockSize), writerStamp());
    output.writeAt(blockSize, subHeader);
    output.writeAt(attachmentsAt, attachments.bytes);
    yield* writeBitmap(output, bitmapsAt, plan.exists, bitmapBlocks * blockSize);
    yield* writeBitmap(
      output,
      bitmapsAt + bitmapBlocks * blockSize,
      plan.dumped,
      bitmapBlocks * blockSize,
    );
  }
  for (const own of flattened) {
    own?.finish();
  }
  const sumOf = (count: (written: WrittenPages) => number): number =>
    parts.reduce((sum, { written }) => sum + count(written), 0);
  return {
    bytesWritten: sumOf(({ endsAt }) => Math.max(endsAt, descriptorsAt)),
    pagesStored: sumOf(({ pagesStored }) => pagesStored),
    pagesZero: sumOf(({ pagesZero }) => pagesZero),
    pagesExcluded,
    pagesUnreadable: plan.pagesUnreadable + plan.cutOff.size,
    pagesAbsent: plan.pagesAbsent,
    pagesFilled: plan.partial.size,
  };
}

/** Size of one bitmap. */
function bitmapBlocksFor(pages: number, blockSize: number): number {
  return Math.max(1, Math.ceil(pages / 8 / blockSize));
}

/** Writes the last byte even where it is zero, so that the file covers the whole bitmap. */
function* writeBitmap(
  sink: ByteSink,
  fileOffset: number,
  set: PfnSet,
  sizeInBytes: number,
): Generator<Progress, void, void> {
  sink.writeAt(fileOffset + sizeInBytes - 1, Uint8Array.of(0));
  for (const { firstPfn, bytes } of set.bitmap()) {
    sink.writeAt(fileOffset + firstPfn / 8, bytes.subarray(0, sizeInBytes - firstPfn / 8));
    yield { kind: 'progress', doing: 'writing the index', fraction: null };
  }
}

/**
 * The image's dump_level. Where pages were left out, it must not be 1 (left out as zero) or 0
 * (nothing left out).
 */
function dumpLevelOf(image: DumpImage, plan: PagePlan): number {
  const before = Number(image.header.get('dump_level') ?? 0);
  return plan.dumped.size === plan.exists.size || before > 1 ? before : excludingDumpLevel;
}

function checkedBlockSize(image: DumpImage): number {
  const size = image.memory.pageSizeInBytes;
  if (
    size < minBlockSizeInBytes ||
    size > maxBlockSizeInBytes ||
    !Number.isInteger(Math.log2(size))
  ) {
    throw new VmcorekitError('unsupported', {
      what: `pages of ${size} bytes in a KDUMP file`,
      advice: 'write ELF instead',
    });
  }
  return size;
}

/** 32-bit ARM counts PFNs from phys_base. Throws `usage` where memory lies below it. */
function firstPfnOf(
  image: DumpImage,
  fields: ReadonlyMap<string, HeaderValue>,
  blockSize: number,
): number {
  if (image.wordSizeInBits === 64 || !String(fields.get('machine')).startsWith('arm')) {
    return 0;
  }
  const physBase = Number(fields.get('phys_base') ?? 0);
  const lowest: PhysicalRange | undefined = image.memory.ranges[0];
  if (lowest !== undefined && lowest.start < physBase) {
    throw new VmcorekitError('usage', {
      what: 'phys_base of an ARM dump, from which its pages are counted',
      got: String(physBase),
      allowed: `at most ${lowest.start}, where memory begins`,
    });
  }
  return Math.floor(physBase / blockSize);
}
