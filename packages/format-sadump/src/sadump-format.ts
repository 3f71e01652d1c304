import {
  type Architecture,
  type ArchitectureTable,
  type ByteSource,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  imageOf,
  type OpenContext,
  onlyFile,
  type Progress,
  SliceSource,
  VmcorekitError,
} from '@vmcorekit/core';
import { FileMemory, FileParts, PIECE_EXCLUDED } from '@vmcorekit/file-memory';
import { bitmapRuns } from './bitmap-runs.ts';
import { cpuStatesIn } from './cpu-states.ts';
import { partHeaderIn, readHeader, type SadumpHeader } from './header.ts';
import { headerFields } from './layout.ts';

/** Linux on x86-64 manages 64 TiB with four levels; a bitmap of 2 GiB. */
const maxPages: number = 2 ** 34;
/** Machines have thousands; a hostile bitmap has every second page. */
const maxRuns: number = 1 << 22;

/** What Fujitsu's servers write without their system: one device, or a backup of one. */
export class SadumpFormat implements DumpFormat {
  readonly name: string = 'sadump';
  readonly summary: string = 'sadump, the stand-alone dumps of Fujitsu’s servers, on one device';

  probe({ head }: FileHead): FileClaim | undefined {
    const offset = partHeaderIn(head);
    return offset === undefined
      ? undefined
      : { because: `has 'sadump' at offset ${offset}`, strength: 'signature' };
  }

  async open(
    files: readonly ByteSource[],
    { architectures }: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const file = onlyFile(files, 'a sadump dump');
    return imageIn(this.name, file, readHeader(file), architectures);
  }
}

function* imageIn(
  format: string,
  file: ByteSource,
  header: SadumpHeader,
  architectures: ArchitectureTable,
): Generator<Progress, DumpImage, void> {
  const { fields, blockInBytes } = header;
  const source =
    header.usedInBytes === null ? file : new SliceSource(file, 0, header.usedInBytes, file.name);
  const parts = yield* placePages(file, source, header);
  const memory = new FileMemory(source, parts.pieces, {
    pageSizeInBytes: blockInBytes,
    byteOrder: 'little',
    part: 'bitmap',
    excludedBecause: 'the bitmap says that it was not dumped',
  });
  const { states, damage } = cpuStatesIn(file, header);
  const machine = states.some(({ isLongMode }) => isLongMode) ? 'x86_64' : 'i686';
  return imageOf({
    format,
    memory,
    architecture: states.length === 0 ? null : (architectures.ofUtsname(machine)?.name ?? null),
    header: fields,
    headerOffsets: new Map(
      headerFields.map(({ name, offset }) => [name, header.fileOffset + offset]),
    ),
    facts: {
      ...(header.timestampInSeconds === null
        ? {}
        : {
            timestampInSeconds: {
              value: header.timestampInSeconds,
              at: [{ fileOffset: header.fileOffset + 16, note: 'timestamp' }],
            },
          }),
      origins: (['capturedBy', 'writtenBy'] as const).map((axis) => ({
        axis,
        who: 'sadump',
        score: 100,
        because: 'its signature',
        at: [{ fileOffset: header.fileOffset, note: 'signature' }],
      })),
    },
    damage: [...damage, ...parts.damage('pages')],
    ...(states.length === 0
      ? {}
      : {
          cpus: (architecture: Architecture | null) =>
            states.flatMap(({ registers }) =>
              architecture === null ? [] : [{ pid: null, registers }],
            ),
        }),
    [Symbol.dispose]() {
      memory.dispose();
      file[Symbol.dispose]();
    },
  });
}

/** The pages that were dumped follow the bitmaps, in the order of their numbers. */
function* placePages(
  file: ByteSource,
  source: ByteSource,
  header: SadumpHeader,
): Generator<Progress, FileParts, void> {
  const { blockInBytes, fileOffset } = header;
  const count = (name: string): number => Number(header.fields.get(name) ?? 0);
  const existAt = fileOffset + blockInBytes * (1 + count('sub_hdr_size'));
  const dumpedAt = existAt + blockInBytes * count('bitmap_blocks');
  const pagesAt = dumpedAt + blockInBytes * count('dumpable_bitmap_blocks');
  const pages = Number(header.fields.get('max_mapnr_64') ?? count('max_mapnr'));
  const bitsIn = (name: string): number => Math.min(pages, 8 * blockInBytes * count(name));
  if (pages > maxPages) {
    throw new VmcorekitError('malformed', {
      structure: 'sadump header',
      fileOffset,
      field: 'max_mapnr',
      wanted: `at most ${maxPages} pages`,
      got: pages,
    });
  }
  const parts = new FileParts(source);
  let runs = 0;
  let at = pagesAt;
  for (const step of bitmapRuns(file, dumpedAt, bitsIn('dumpable_bitmap_blocks'))) {
    if ('kind' in step) {
      yield step;
      continue;
    }
    checkRuns(++runs, file.name);
    const lengthInBytes = (step.end - step.start) * blockInBytes;
    parts.add(step.start * blockInBytes, lengthInBytes, at);
    at += lengthInBytes;
  }
  for (const step of bitmapRuns(file, existAt, bitsIn('bitmap_blocks'))) {
    if ('kind' in step) {
      yield step;
      continue;
    }
    checkRuns(++runs, file.name);
    parts.addWithoutBytes(step.start * blockInBytes, step.end * blockInBytes, PIECE_EXCLUDED);
  }
  return parts;
}

function checkRuns(runs: number, name: string): void {
  if (runs > maxRuns) {
    throw new VmcorekitError('unsupported', {
      what: `${name}, whose bitmaps have more than ${maxRuns} runs of pages`,
      advice: 'turn it into a KDUMP file: makedumpfile -c -d 0 -x VMLINUX FILE DUMP',
    });
  }
}
