import {
  type ByteOrder,
  type ByteSink,
  type Compressor,
  type DumpImage,
  isVmcorekitError,
  isZero,
  type PagePlan,
  type Progress,
} from '@vmcorekit/core';
import { descriptorSizeInBytes } from '../header/layout.ts';
import { Appender } from './appender.ts';

const pagesPerStep = 64;

export interface PageCompression {
  /** The bit in a descriptor's flags. */
  readonly flag: number;
  readonly codec: Compressor;
}

export interface WrittenPages {
  readonly pagesStored: number;
  readonly pagesZero: number;
  /** Where the file ends. */
  readonly endsAt: number;
}

/**
 * Writes the descriptors of all dumped pages from `descriptorsFileOffset` on, and the pages behind them. All zero pages share one raw
 * page, as QEMU's do: libkdumpfile calls a page that is left out excluded whatever the dump level, and only a stored one zero. A page
 * that cannot be read is taken out of the plan's dumped pages and counted.
 */
export function* writePages(
  image: DumpImage,
  sink: ByteSink,
  plan: PagePlan,
  descriptorsFileOffset: number,
  firstPfn: number,
  compression: PageCompression | null,
): Generator<Progress, WrittenPages, void> {
  const { memory } = image;
  const size = memory.pageSizeInBytes;
  const reserved = plan.dumped.size;
  const descriptors = new Appender(sink, descriptorsFileOffset);
  const data = new Appender(sink, descriptorsFileOffset + reserved * descriptorSizeInBytes);
  const page = new Uint8Array(size);
  // A page that does not shrink is stored raw, so the encoder gets a byte less than a page.
  const encoded = new Uint8Array(size - 1);
  let zeroPageAt = -1;
  let pagesZero = 0;
  let pagesStored = 0;
  let done = 0;
  const placeZeroPage = (): void => {
    if (zeroPageAt < 0) {
      zeroPageAt = data.fileOffset;
      data.append(new Uint8Array(size));
    }
  };
  // First of all where one is needed for certain: there a reader can know it by a single look.
  if (plan.zero.size > 0) {
    placeZeroPage();
  }
  const writeZero = (): void => {
    placeZeroPage();
    descriptors.append(descriptorOf(zeroPageAt, size, 0, image.byteOrder));
    pagesZero++;
  };
  const writeStored = (): void => {
    const length = compression?.codec.encode?.(page, encoded) ?? -1;
    const bytes = length < 0 ? page : encoded.subarray(0, length);
    descriptors.append(descriptorOf(data.fileOffset, bytes.length, length < 0 ? 0 : (compression?.flag ?? 0), image.byteOrder));
    data.append(bytes);
    pagesStored++;
  };
  for (const pfn of plan.dumped.members()) {
    if (plan.zero.has(pfn)) {
      writeZero();
    } else if (readPage(image, pfn + firstPfn, page)) {
      if (isZero(page)) {
        writeZero();
      } else {
        writeStored();
      }
    } else {
      plan.dumped.delete(pfn);
      plan.pagesUnreadable++;
    }
    done++;
    if (done % pagesPerStep === 0) {
      yield { kind: 'progress', doing: 'writing pages', fraction: done / reserved };
    }
  }
  descriptors.flush();
  data.flush();
  return { pagesStored, pagesZero, endsAt: data.fileOffset };
}

function readPage(image: DumpImage, pfn: number, page: Uint8Array): boolean {
  try {
    image.memory.readInto(pfn * page.length, page);
    return true;
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      return false;
    }
    throw error;
  }
}

/** `struct page_desc`. page_flags stays 0, as every writer leaves it. */
function descriptorOf(fileOffset: number, size: number, flags: number, byteOrder: ByteOrder): Uint8Array {
  const bytes = new Uint8Array(descriptorSizeInBytes);
  const view = new DataView(bytes.buffer);
  const isLittle = byteOrder === 'little';
  view.setBigUint64(0, BigInt(fileOffset), isLittle);
  view.setUint32(8, size, isLittle);
  view.setUint32(12, flags, isLittle);
  return bytes;
}
