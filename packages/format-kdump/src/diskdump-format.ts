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
import { hasDiskdumpSignature } from './header/detect.ts';
import { fieldNumber } from './header/header.ts';
import { diskdumpSignature, diskdumpStatus } from './header/layout.ts';
import { statedFacts } from './image-facts.ts';
import { KdumpMemory } from './memory/kdump-memory.ts';
import { PageCodecs } from './memory/page-codecs.ts';
import { KdumpPart } from './part/kdump-part.ts';

/**
 * Compressed dumps of diskdump, which RHEL 3 and 4 had before kdump. The registers in their sub
 * header are not read.
 */
export class DiskdumpFormat implements DumpFormat {
  readonly name: string = 'diskdump';
  readonly summary: string = 'compressed dumps of diskdump, which RHEL 3 and 4 had before kdump';

  probe({ head }: FileHead): FileClaim | undefined {
    return hasDiskdumpSignature(head)
      ? { because: `begins with '${diskdumpSignature}'`, strength: 'signature' }
      : undefined;
  }

  async open(
    files: readonly ByteSource[],
    { architectures, compressors }: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const file = onlyFile(files, 'a dump of diskdump');
    const part = new KdumpPart(file);
    if ((fieldNumber(part.header.fields, 'status') & diskdumpStatus.compressed) === 0) {
      throw new VmcorekitError('unsupported', {
        what: `${file.name} is a dump of diskdump that is not compressed`,
        advice: 'open it with crash, which still reads it: crash VMLINUX FILE',
      });
    }
    const codecs = await PageCodecs.prepare([part], compressors);
    return inOneStep(() => imageIn(this.name, part, codecs, architectures));
  }
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
  return imageOf({
    format,
    memory,
    architecture: architectures.ofUtsname(String(header.fields.get('machine')))?.name ?? null,
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
    check: () => checkBitmaps(part),
    [Symbol.dispose]: () => part[Symbol.dispose](),
  });
}
