import {
  type ByteOrder,
  type ByteSink,
  type DumpImage,
  type DumpWriter,
  type FormatContext,
  imageToWrite,
  type OutputKind,
  type PhysicalRange,
  type Progress,
  VmcorekitError,
  type WriteOptions,
  type WriteReport,
} from '@vmcorekit/core';
import { type FileLayout, writeStretches } from '@vmcorekit/file-memory';
import { encodeRangeHeader, rangeHeaderSizeInBytes, rangeKinds } from './range-header.ts';
import { maxRanges } from './read-ranges.ts';

const kind: OutputKind = {
  name: 'lime',
  summary: 'a LiME file',
  endings: ['.lime'],
  isSequential: true,
  limits:
    'it holds memory alone, without notes and registers; crash, drgn and makedumpfile do not open it',
  holdsMemoryAlone: true,
};

/**
 * Writes LiME files of version 1. A range holds memory that the dump has, known zeros included, and
 * ends where memory is unknown: readers would take anything else there for memory.
 */
export class LimeWriter implements DumpWriter {
  readonly kinds: readonly OutputKind[] = [kind];

  /**
   * Throws `usage` for compression and header fields, which LiME does not have. The generator
   * throws `unsupported` where memory is empty or in too many pieces.
   */
  async write(
    image: DumpImage,
    sink: ByteSink,
    options: WriteOptions,
    { architectures }: FormatContext,
  ): Promise<Generator<Progress, WriteReport, void>> {
    refuse('compression of a LiME file', options.compression ?? 'none', 'none');
    const [field = 'none'] = options.header?.keys() ?? [];
    refuse('a header field of a LiME file to set', field, 'none');
    const described = imageToWrite(image, options, architectures);
    return writeStretches(described, sink, {
      summary: kind.summary,
      maxStretches: maxRanges,
      filters: options.filters ?? [],
      layOut: (stretches) => laidOut(stretches, described.byteOrder),
    });
  }
}

function laidOut(ranges: readonly PhysicalRange[], byteOrder: ByteOrder): FileLayout {
  const [little, big] = rangeKinds;
  const rangeKind = byteOrder === 'little' ? little : big;
  let at = 0;
  const stretches = ranges.map(({ start, end }) => {
    const fileOffset = at + rangeHeaderSizeInBytes;
    at = fileOffset + (end - start);
    return { start, end, fileOffset, header: encodeRangeHeader({ kind: rangeKind, start, end }) };
  });
  return { head: new Uint8Array(0), stretches, sizeInBytes: at };
}

function refuse(what: string, got: string, allowed: string): void {
  if (got !== allowed) {
    throw new VmcorekitError('usage', { what, got, allowed });
  }
}
