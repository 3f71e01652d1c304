import {
  type Architecture,
  type ArchitectureTable,
  type ByteSource,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  imageOf,
  isVmcorekitError,
  type OpenContext,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { FileMemory, FileParts, PIECE_EXCLUDED } from '@vmcorekit/file-memory';
import { bitmapRuns } from './bitmap-runs.ts';
import { cpuStatesIn } from './cpu-states.ts';
import { partHeaderIn, readDisk } from './disk.ts';
import { type DiskSet, deviceOf, joinDisks, splitKeyOf } from './disk-set.ts';
import { readHeader, type SadumpHeader } from './header.ts';
import { headerFields } from './layout.ts';

/** Linux on x86-64 manages 64 TiB with four levels; a bitmap of 2 GiB. */
const maxPages: number = 2 ** 34;
/** Machines have thousands; a hostile bitmap has every second page. */
const maxRuns: number = 1 << 22;

/** What Fujitsu's servers write without their system: a device, a backup of one, or a disk set. */
export class SadumpFormat implements DumpFormat {
  readonly name: string = 'sadump';
  readonly summary: string =
    'sadump, the stand-alone dumps of Fujitsu’s servers, also on disk sets';

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
    const disks = joinDisks(files.map(readDisk));
    return imageIn(this.name, files, disks, architectures);
  }

  splitSetOf(source: ByteSource): string | undefined {
    try {
      return splitKeyOf(readDisk(source));
    } catch (error) {
      if (isVmcorekitError(error)) {
        return undefined;
      }
      throw error;
    }
  }
}

function* imageIn(
  format: string,
  files: readonly ByteSource[],
  disks: DiskSet,
  architectures: ArchitectureTable,
): Generator<Progress, DumpImage, void> {
  const { file } = disks.first;
  const header = readHeader(disks.first);
  const { fields, blockInBytes } = header;
  const source = deviceOf(disks, placesOf(header).pagesAt);
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
    damage: [...disks.damage, ...damage, ...parts.damage('pages')],
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
      for (const each of files) {
        each[Symbol.dispose]();
      }
    },
  });
}

interface Places {
  readonly existAt: number;
  readonly dumpedAt: number;
  readonly pagesAt: number;
}

function placesOf({ blockInBytes, fields, fileOffset }: SadumpHeader): Places {
  const sizeOf = (name: string): number => blockInBytes * Number(fields.get(name) ?? 0);
  const existAt = fileOffset + blockInBytes + sizeOf('sub_hdr_size');
  const dumpedAt = existAt + sizeOf('bitmap_blocks');
  return { existAt, dumpedAt, pagesAt: dumpedAt + sizeOf('dumpable_bitmap_blocks') };
}

/** The pages that were dumped follow the bitmaps, in the order of their numbers. */
function* placePages(
  file: ByteSource,
  source: ByteSource,
  header: SadumpHeader,
): Generator<Progress, FileParts, void> {
  const { blockInBytes, fileOffset } = header;
  const count = (name: string): number => Number(header.fields.get(name) ?? 0);
  const { existAt, dumpedAt, pagesAt } = placesOf(header);
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
