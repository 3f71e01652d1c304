import {
  type ArchitectureTable,
  BlockSource,
  type ByteSource,
  type Compressor,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  type ImageFacts,
  imageOf,
  type OpenContext,
  onlyFile,
  type Progress,
} from '@vmcorekit/core';
import { FileMemory, FileParts } from '@vmcorekit/file-memory';
import { byteOrderIn, type LkcdHeader, readHeader, timeAt } from './header.ts';
import { decodeRle } from './rle.ts';
import { walkPages } from './walk-pages.ts';

/** Dumps of the Linux Kernel Crash Dump project, as kernels of the years around 2003 wrote them. */
export class LkcdFormat implements DumpFormat {
  readonly name: string = 'lkcd';
  readonly summary: string = 'LKCD dumps of versions 8 and 9, either byte order, raw, gzip or RLE';

  probe({ head }: FileHead): FileClaim | undefined {
    const byteOrder = byteOrderIn(head);
    return byteOrder === undefined
      ? undefined
      : { because: `LKCD’s magic number, ${byteOrder}-endian`, strength: 'signature' };
  }

  async open(
    files: readonly ByteSource[],
    { architectures, compressors }: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const file = onlyFile(files, 'an LKCD dump');
    const header = readHeader(file);
    const zlib = await compressors.ready('zlib', 'decode');
    return imageIn(this.name, file, header, { architectures, zlib });
  }
}

interface Tools {
  readonly architectures: ArchitectureTable;
  readonly zlib: Compressor;
}

function* imageIn(
  format: string,
  file: ByteSource,
  header: LkcdHeader,
  { architectures, zlib }: Tools,
): Generator<Progress, DumpImage, void> {
  const pages = yield* walkPages(file, header);
  const source = new BlockSource(file, {
    name: file.name,
    codec: 'lkcd',
    index: pages.index,
    decode: (packed, unpacked, page) => {
      if (!pages.isRaw.has(page)) {
        return header.method === 'rle'
          ? decodeRle(packed, unpacked)
          : zlib.decode(packed, unpacked);
      }
      unpacked.set(packed);
      return packed.length === 0 ? unpacked.fill(0).length : packed.length;
    },
  });
  const parts = new FileParts(source);
  for (const { start, end, offset } of pages.runs) {
    parts.add(start, end - start, offset);
  }
  const memory = new FileMemory(source, parts.pieces, {
    pageSizeInBytes: header.pageInBytes,
    byteOrder: header.byteOrder,
    part: 'page',
    hidesOffsets: true,
  });
  const architecture = architectures.ofUtsname(header.utsname.machine.value);
  return imageOf({
    format,
    memory,
    architecture: architecture?.name ?? null,
    wordSizeInBits: architecture?.wordSizeInBits ?? 64,
    header: header.fields,
    headerOffsets: header.fieldOffsets,
    facts: factsOf(header),
    damage: [...pages.damage, ...parts.damage('pages')],
    [Symbol.dispose]() {
      memory.dispose();
      source[Symbol.dispose]();
      file[Symbol.dispose]();
    },
  });
}

function factsOf({ timeInSeconds, utsname }: LkcdHeader): ImageFacts {
  return {
    utsname,
    timestampInSeconds: { value: timeInSeconds, at: [{ fileOffset: timeAt, note: 'dh_time' }] },
    origins: (['capturedBy', 'writtenBy'] as const).map((axis) => ({
      axis,
      who: 'lkcd',
      score: 100,
      because: 'LKCD’s magic number',
      at: [{ fileOffset: 0, note: 'dh_magic_number' }],
    })),
  };
}
