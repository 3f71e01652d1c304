import {
  type ArchitectureTable,
  type ByteSource,
  type Damage,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  imageOf,
  inOneStep,
  type OpenContext,
  onlyFile,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { checkBitmaps } from './check-bitmaps.ts';
import { damageOf } from './damage.ts';
import {
  isPartition,
  partitionBlockInBytes,
  partitionIn,
  partitionSignature,
} from './diskdump-partition.ts';
import { cpusWith, savedRegistersIn } from './diskdump-registers.ts';
import { hasDiskdumpSignature } from './header/detect.ts';
import { fieldNumber } from './header/header.ts';
import { diskdumpSignature, diskdumpStatus } from './header/layout.ts';
import { statedFacts } from './image-facts.ts';
import { KdumpMemory } from './memory/kdump-memory.ts';
import { PageCodecs } from './memory/page-codecs.ts';
import { KdumpPart } from './part/kdump-part.ts';

/**
 * Dumps of diskdump, which RHEL 3 and 4 had before kdump: files of its savecore, or a copy of the
 * partition that the kernel wrote, if its pages are not compressed and all were dumped.
 */
export class DiskdumpFormat implements DumpFormat {
  readonly name: string = 'diskdump';
  readonly summary: string = 'dumps of diskdump, which RHEL 3 and 4 had before kdump';

  probe({ head }: FileHead): FileClaim | undefined {
    if (hasDiskdumpSignature(head)) {
      return { because: `begins with '${diskdumpSignature}'`, strength: 'signature' };
    }
    return isPartition(head)
      ? {
          because: `begins with '${partitionSignature}', with '${diskdumpSignature}' in the next block`,
          strength: 'signature',
        }
      : undefined;
  }

  async open(
    files: readonly ByteSource[],
    { architectures, compressors }: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const file = onlyFile(files, 'a dump of diskdump');
    const head = new Uint8Array(partitionBlockInBytes + diskdumpSignature.length);
    const isCopy = isPartition(head.subarray(0, file.readInto(0, head)));
    const part = isCopy ? partitionIn(file) : savedIn(file);
    const codecs = await PageCodecs.prepare([part], compressors);
    return inOneStep(() => imageIn(this.name, part, codecs, architectures));
  }
}

/**
 * A dump that savecore wrote. The descriptors of one that is not compressed point to raw pages.
 * Throws `unsupported` for a dump with something else where they must be.
 */
function savedIn(file: ByteSource): KdumpPart {
  const part = new KdumpPart(file);
  const { blockSizeInBytes, descriptorsFileOffset, fields } = part.header;
  const first = part.descriptors.at(0);
  const hasDescriptors =
    first === undefined ||
    (first.offset > descriptorsFileOffset && first.size > 0 && first.size <= blockSizeInBytes);
  if ((fieldNumber(fields, 'status') & diskdumpStatus.compressed) === 0 && !hasDescriptors) {
    throw new VmcorekitError('unsupported', {
      what: `${file.name} is a dump of diskdump that is not compressed, and its pages have no descriptors`,
      advice: 'copy it from its partition with the block before it, or open it with crash',
    });
  }
  return part;
}

function imageIn(
  format: string,
  part: KdumpPart,
  codecs: PageCodecs,
  architectures: ArchitectureTable,
): DumpImage {
  const { header } = part;
  const damage: Damage[] = [...header.damage, ...damageOf(part)];
  const memory = new KdumpMemory([part], codecs, damage);
  const machine = architectures.ofUtsname(String(header.fields.get('machine')));
  const registers = savedRegistersIn(part, machine);
  return imageOf({
    format,
    memory,
    architecture: machine?.name ?? null,
    wordSizeInBits: header.flavour.wordSizeInBits,
    header: header.fields,
    headerOffsets: header.offsets,
    facts: {
      ...statedFacts(header),
      origins: (['capturedBy', 'writtenBy'] as const).map((axis) => ({
        axis,
        who: 'diskdump',
        score: 100,
        because: 'its signature',
        at: [{ fileOffset: 0, note: 'signature' }],
      })),
    },
    damage,
    ...(registers === undefined
      ? {}
      : { cpus: () => cpusWith(registers, fieldNumber(header.fields, 'current_cpu')) }),
    check: () => checkBitmaps(part),
    [Symbol.dispose]: () => part[Symbol.dispose](),
  });
}
