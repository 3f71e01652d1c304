import {
  type Architecture,
  type ArchitectureTable,
  type ByteSource,
  type Cpu,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  hex,
  type ImageFacts,
  imageOf,
  isVmcorekitError,
  JoinedSource,
  type OpenContext,
  type Progress,
} from '@vmcorekit/core';
import { FileMemory } from '@vmcorekit/file-memory';
import { magicIn, readHeader, type S390Header, volumeKeyOf } from './header.ts';
import { arch64, headerFields, pageSizeInBytes } from './layout.ts';
import { registersIn } from './lowcore.ts';
import { placeMemory } from './place-memory.ts';
import { inOrder, placeVolumes, type Volumes } from './volumes.ts';

/** The clock at the start of 1970; its bit 51 counts microseconds. Source: Linux, asm/timex.h. */
const unixEpoch = 0x7d91048bca000000n;
const unitsInSecond = 4096n * 1_000_000n;

/** Stand-alone dumps of IBM Z, as s390-tools write them: whole, or without zeros. */
export class S390Format implements DumpFormat {
  readonly name: string = 's390';
  readonly summary: string =
    'stand-alone dumps of IBM Z (zipl --dumpto), extended, on several volumes';

  probe({ head }: FileHead): FileClaim | undefined {
    const magic = magicIn(head);
    return magic === undefined
      ? undefined
      : { because: `the magic number ${hex(magic)} of s390 dumps`, strength: 'signature' };
  }

  async open(
    files: readonly ByteSource[],
    { architectures }: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const volumes = files.map((file) => ({ file, header: readHeader(file) }));
    const [first, ...others] = inOrder(volumes);
    return imageIn(this.name, [first, ...others], architectures);
  }

  splitSetOf(source: ByteSource): string | undefined {
    try {
      return volumeKeyOf(readHeader(source));
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
  volumes: Volumes,
  architectures: ArchitectureTable,
): Generator<Progress, DumpImage, void> {
  const [{ file: firstFile, header }] = volumes;
  const files = volumes.map(({ file: each }) => each);
  const file = files.length === 1 ? firstFile : new JoinedSource(firstFile.name, files);
  const { parts, damage } = yield* header.volume === null
    ? placeMemory(file, header)
    : placeVolumes(file, volumes);
  const memory = new FileMemory(file, parts.pieces, {
    pageSizeInBytes,
    byteOrder: 'big',
    part: header.isExtended ? 'segment' : 'part',
  });
  const is64 = header.arch === arch64;
  return imageOf({
    format,
    memory,
    wordSizeInBits: is64 ? 64 : 32,
    architecture: is64 ? (architectures.ofUtsname('s390x')?.name ?? null) : null,
    header: header.fields,
    headerOffsets: new Map(headerFields.map(({ name, offset }) => [name, offset])),
    facts: factsOf(header),
    damage: [...damage, ...parts.damage('memory')],
    ...(header.lowcores.length === 0
      ? {}
      : { cpus: (architecture: Architecture | null) => cpusIn(memory, header, architecture) }),
    [Symbol.dispose]() {
      memory.dispose();
      file[Symbol.dispose]();
    },
  });
}

function cpusIn(
  memory: FileMemory,
  { arch, lowcores }: S390Header,
  architecture: Architecture | null,
): readonly Pick<Cpu, 'pid' | 'registers'>[] {
  return arch === arch64 && architecture !== null
    ? lowcores.map((lowcore) => ({
        pid: null,
        registers: registersIn(memory, lowcore) ?? new Map(),
      }))
    : [];
}

function factsOf({ tod }: S390Header): ImageFacts {
  const at = [{ fileOffset: 0, note: 'magic' }];
  return {
    ...(tod < unixEpoch
      ? {}
      : {
          timestampInSeconds: {
            value: Number((tod - unixEpoch) / unitsInSecond),
            at: [{ fileOffset: 0x38, note: 'tod' }],
          },
        }),
    origins: (['capturedBy', 'writtenBy'] as const).map((axis) => ({
      axis,
      who: 's390-tools',
      score: 100,
      because: 'the magic number of its stand-alone dumps',
      at,
    })),
  };
}
