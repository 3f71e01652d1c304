import {
  type ByteSource,
  type Damage,
  type DumpImage,
  hex,
  imageOf,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { FileMemory } from '@vmcorekit/file-memory';
import { crc32Of } from './check-crc32.ts';
import { copiedUnder, physBaseHint, readInfoPage } from './info-page.ts';
import { maxMapPagesOf, pageSizeInBytes, swapFlags, swapHeader } from './layout.ts';
import { fieldsOf, headerOffsetsOf, originsOf } from './listed-fields.ts';
import { placePages } from './place-pages.ts';
import { readMap } from './read-map.ts';
import { packedStream, plainStream, type Stream, type StreamCodec } from './read-stream.ts';
import { readSwapHeader } from './swap-header.ts';
import { SwapPages } from './swap-pages.ts';

/**
 * Opens a swap area with a hibernated kernel. The image owns the file. Throws `truncated` and
 * `malformed` for headers that cannot be read. Throws `unsupported` for an image from which its
 * machine was resumed, unless its CRC-32 shows that nothing was overwritten.
 */
export function* hibernationImage(
  file: ByteSource,
  format: string,
  codecOf: (flags: number) => StreamCodec,
): Generator<Progress, DumpImage, void> {
  const header = readSwapHeader(file);
  const first = yield* readMap(file, header.image, 1);
  const infoAt = new SwapPages(file, first.runs).fileOffsetOf(0);
  if (infoAt === undefined) {
    throw new VmcorekitError('malformed', {
      structure: 'map of the swap area',
      fileOffset: header.image * pageSizeInBytes,
      field: 'its first entry',
      wanted: 'the number of a page',
      got: 0,
    });
  }
  const info = readInfoPage(file, infoAt);
  const streamPages = info.metadataPages + info.imagePages;
  const map = yield* readMap(file, header.image, maxMapPagesOf(streamPages));
  const pages = new SwapPages(file, map.runs);
  const codec = (header.flags & swapFlags.plain) === 0 ? codecOf(header.flags) : null;
  const stream =
    codec === null
      ? plainStream(file, pages, streamPages)
      : yield* packedStream(pages, streamPages, codec, map.isWhole);
  const hasCrc32 = (header.flags & swapFlags.hasCrc32) !== 0 && stream.isPacked;
  if (header.wasResumed) {
    yield* refuseOverwritten(file.name, hasCrc32 ? header.crc32 : null, stream);
  }
  const { pieces, damage } = yield* placePages(stream, info);
  const memory = new FileMemory(stream.source, pieces, {
    pageSizeInBytes,
    byteOrder: 'little',
    part: 'list of pages',
    excludedBecause: 'it was not in use when the machine hibernated, or the kernel could drop it',
    hidesOffsets: stream.isPacked,
  });
  const hint = physBaseHint(info);
  return imageOf({
    format,
    memory,
    architecture: info.restore === undefined ? null : 'x86_64',
    header: fieldsOf(header, info, codec?.name ?? 'none'),
    headerOffsets: headerOffsetsOf(info),
    facts: {
      ...(hint === undefined ? {} : { hints: [hint] }),
      ...copiedUnder(info),
      origins: originsOf(),
    },
    damage: [...(header.wasResumed ? [resumed] : []), ...map.damage, ...stream.damage, ...damage],
    *check() {
      const found = hasCrc32 ? yield* crc32Of(stream) : undefined;
      if (found !== undefined && found !== header.crc32) {
        yield crc32Differs(header.crc32, found);
      }
    },
    [Symbol.dispose]() {
      memory.dispose();
      stream.source[Symbol.dispose]();
      if (stream.source !== file) {
        file[Symbol.dispose]();
      }
    },
  });
}

/** What is said of an image whose machine was resumed, yet whose CRC-32 is right. */
const resumed: Damage = {
  name: 'image-resumed',
  loses: 'nothing',
  detail:
    'the machine was resumed, or refused to be: this is what it held before; the CRC-32 of all pages is right, so swap has overwritten none',
  fileOffset: swapHeader.sig,
};

function* refuseOverwritten(
  name: string,
  crc32: number | null,
  stream: Stream,
): Generator<Progress, void, void> {
  const found = crc32 === null ? null : yield* crc32Of(stream);
  if (found !== crc32 || crc32 === null) {
    const because =
      crc32 === null
        ? 'the image has no CRC-32 that could show it whole'
        : found === undefined
          ? 'parts of its image are overwritten'
          : `its CRC-32 is ${hex(crc32)}, that of its pages ${hex(found ?? 0)}`;
    throw new VmcorekitError('unsupported', {
      what: `${name}: swap of a machine that was resumed from it (${because})`,
      advice:
        'its pages may belong to other programs by now; hibernate again and copy the swap area',
    });
  }
}

function crc32Differs(wanted: number, got: number): Damage {
  return {
    name: 'crc32-differs',
    loses: 'nothing',
    detail: `the header's CRC-32 is ${hex(wanted)}, that of all pages ${hex(got)}: some page is not what the kernel wrote`,
    fileOffset: swapHeader.crc32,
  };
}
