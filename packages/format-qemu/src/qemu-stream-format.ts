import {
  type ByteSource,
  type Compressor,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  isVmcorekitError,
  magicAt,
  type OpenContext,
  onlyFile,
  type Progress,
} from '@vmcorekit/core';
import { readStream } from './stream/read-stream.ts';
import { streamImageOf } from './stream-image.ts';

const isStream: (head: Uint8Array) => string | undefined = magicAt(
  0,
  'QEVM\0\0\0\x02',
  'QEVM\0\0\0\x03',
);

/**
 * QEMU's migration stream: `migrate` to a file, `virsh dump` without --memory-only, Proxmox's state
 * volumes, and mapped-ram.
 */
export class QemuStreamFormat implements DumpFormat {
  readonly name: string = 'qemu-savevm';
  readonly summary: string =
    'QEMU migration streams: plain, zlib, XBZRLE and mapped-ram, of QEMU 2.3 to 10';

  probe({ head }: FileHead): FileClaim | undefined {
    const because = isStream(head);
    return because === undefined ? undefined : { because, strength: 'signature' };
  }

  async open(
    files: readonly ByteSource[],
    context: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const source = onlyFile(files, 'a QEMU stream');
    const zlib = await zlibOf(context);
    const { name } = this;
    return (function* () {
      const stream = yield* readStream(source, 0);
      return streamImageOf({ format: name, source }, stream, zlib);
    })();
  }
}

/** Undefined where no codec is there: then only compressed pages cannot be read. */
export async function zlibOf({ compressors }: OpenContext): Promise<Compressor | undefined> {
  try {
    return await compressors.ready('zlib', 'decode');
  } catch (error) {
    if (isVmcorekitError(error, 'unknown-name')) {
      return undefined;
    }
    throw error;
  }
}
