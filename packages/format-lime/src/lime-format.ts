import {
  type ByteSource,
  type DumpFormat,
  type DumpImage,
  type DumpWriter,
  type FileClaim,
  type FileHead,
  isVmcorekitError,
  type OpenContext,
  onlyFile,
  type Progress,
} from '@vmcorekit/core';
import { limeImage } from './lime-image.ts';
import { LimeWriter } from './lime-writer.ts';
import { type RangeKind, statedKindIn } from './range-header.ts';

/** Versions up to here are claimed, to say that they are not read; text has more in that place. */
const maxVersionClaimed = 0xffff;

/**
 * LiME's memory images, version 1, in either byte order: ranges of physical memory, each after a
 * header. AVML writes them too, unless it compresses.
 */
export class LimeFormat implements DumpFormat {
  readonly name: string = 'lime';
  readonly summary: string = 'LiME memory images, version 1, as LiME and AVML write them';
  readonly writer: DumpWriter = new LimeWriter();

  probe(file: FileHead): FileClaim | undefined {
    return claimOf('LiME', file);
  }

  open(
    files: readonly ByteSource[],
    context: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    return openRanges(this.name, files, context);
  }
}

/** AVML's compressed memory images, version 2: LiME's ranges, each packed by framed snappy. */
export class AvmlFormat implements DumpFormat {
  readonly name: string = 'avml';
  readonly summary: string = 'memory images that AVML compressed, version 2';

  probe(file: FileHead): FileClaim | undefined {
    return claimOf('AVML', file);
  }

  open(
    files: readonly ByteSource[],
    context: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    return openRanges(this.name, files, context);
  }
}

function claimOf(program: RangeKind['program'], { head }: FileHead): FileClaim | undefined {
  const stated = statedKindIn(head);
  if (stated?.kind.program !== program || stated.version > maxVersionClaimed) {
    return undefined;
  }
  const because = `${program}’s magic word, ${stated.kind.byteOrder}-endian, version ${stated.version}`;
  return { because, strength: 'signature' };
}

async function openRanges(
  format: string,
  files: readonly ByteSource[],
  { compressors }: OpenContext,
): Promise<Generator<Progress, DumpImage, void>> {
  const file = onlyFile(files, 'an image of LiME or AVML');
  // Few files of LiME need it: whether one does shows only when its ranges are read.
  const snappy = await compressors.ready('snappy', 'decode').catch((error: unknown) => {
    if (isVmcorekitError(error)) {
      return error;
    }
    throw error;
  });
  return limeImage(file, format, snappy);
}
