import {
  type ByteSource,
  type DumpFormat,
  type DumpImage,
  type DumpWriter,
  type FileClaim,
  type FileHead,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { limeImage } from './lime-image.ts';
import { LimeWriter } from './lime-writer.ts';
import { byteOrderOf, versionOf } from './range-header.ts';

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

  probe({ head }: FileHead): FileClaim | undefined {
    const byteOrder = byteOrderOf(head);
    const version = byteOrder === undefined ? undefined : versionOf(head, byteOrder);
    return version === undefined || version > maxVersionClaimed
      ? undefined
      : {
          because: `LiME’s magic word, ${byteOrder}-endian, version ${version}`,
          strength: 'signature',
        };
  }

  async open(files: readonly ByteSource[]): Promise<Generator<Progress, DumpImage, void>> {
    const [file] = files;
    if (file === undefined || files.length > 1) {
      throw new VmcorekitError('contract', {
        what: `a LiME image is one file, got ${files.length}`,
      });
    }
    return limeImage(file, this.name);
  }
}
