import { constants, fstatSync, readSync, type Stats } from 'node:fs';
import { type ByteSource, isVmcorekitError, VmcorekitError } from '@vmcorekit/core';
import { measuredSize } from './measured-size.ts';
import { OpenFile } from './open-file.ts';

/**
 * A pipe without a writer would block in open(). With this flag it opens at once, and is then
 * refused. Windows has no such flag.
 */
const withoutWaiting: number = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** The unit of `st_blocks`. Source: POSIX, sys/stat.h, as Linux, macOS and the BSDs have it. */
const blockSizeInBytes = 512;

/**
 * A file, opened for reading only. Throws `io` where the operating system refuses, for anything but
 * a regular file or a block device, and where neither the system nor reading gives its size.
 */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  readonly storedInBytes: number | undefined;
  readonly version: string | undefined;
  readonly #file: OpenFile;

  constructor(path: string) {
    this.name = path;
    this.#file = new OpenFile(path, withoutWaiting);
    try {
      const stat = this.#file.use((descriptor) => fstatSync(descriptor));
      this.sizeInBytes = sizeOf(this.#file, stat);
      this.storedInBytes = storedIn(stat);
      this.version = versionOf(this.#file);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  readInto(offset: number, target: Uint8Array): number {
    return this.#file.use((descriptor) => {
      let done = 0;
      while (done < target.length) {
        const position = positionOf(offset, done);
        const got = readSync(descriptor, target, done, target.length - done, position);
        if (got === 0) {
          break;
        }
        done += got;
      }
      return done;
    });
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

/** Node takes a number only up to 2^53, and /proc/kcore is larger. */
function positionOf(offset: number, done: number): number | bigint {
  return Number.isSafeInteger(offset + done) ? offset + done : BigInt(offset) + BigInt(done);
}

/** Undefined for devices, and where the system does not count blocks, as Windows. */
function storedIn(stat: Stats): number | undefined {
  return stat.isFile() && stat.size > 0 && Number.isFinite(stat.blocks)
    ? stat.blocks * blockSizeInBytes
    : undefined;
}

function sizeOf(file: OpenFile, stat: Stats): number {
  if (!stat.isFile() && !stat.isBlockDevice()) {
    const because = stat.isDirectory()
      ? 'is a directory'
      : 'is neither a regular file nor a block device: copy it to a file first, because a dump is not read in order';
    throw new VmcorekitError('io', { file: file.name, because });
  }
  return stat.size > 0 ? stat.size : measuredSizeOf(file);
}

/** Size and times; the last one no program can set. Of a device they say nothing. */
function versionOf(file: OpenFile): string | undefined {
  const stat = file.use((descriptor) => fstatSync(descriptor, { bigint: true }));
  return stat.isFile() && stat.size > 0n
    ? `${stat.size}-${stat.mtimeNs}-${stat.ctimeNs}`
    : undefined;
}

/** Block devices, and files that the kernel generates (/proc), report a size of 0. */
function measuredSizeOf(file: OpenFile): number {
  const byte = new Uint8Array(1);
  try {
    return measuredSize(
      (fileOffset) => file.use((descriptor) => readSync(descriptor, byte, 0, 1, fileOffset)) > 0,
    );
  } catch (error) {
    if (isVmcorekitError(error, 'io')) {
      const because = `its size is unknown and cannot be found by reading: ${error.facts.because}`;
      throw new VmcorekitError('io', { file: file.name, because }, { cause: error });
    }
    throw error;
  }
}
