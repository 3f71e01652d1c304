import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { ByteSource } from '../byte-source.ts';
import { VmcorekitError } from '../errors.ts';
import { told } from './told.ts';

/** A pipe without a writer would never open: it opens at once, and is then refused. Windows knows no such flag. */
const withoutWaiting: number = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** A file, opened for reading only. Throws `io` where the operating system refuses, and for anything but a regular file or a block device. */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly sizeInBytes: number;
  #descriptor: number | null;

  constructor(path: string) {
    this.name = path;
    this.#descriptor = told(path, () => openSync(path, withoutWaiting));
    try {
      const stat = told(path, () => fstatSync(this.#open()));
      if (!stat.isFile() && !stat.isBlockDevice()) {
        throw new VmcorekitError('io', { file: path, because: stat.isDirectory() ? 'is a directory' : 'is not a regular file' });
      }
      this.sizeInBytes = stat.size;
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  readInto(offset: number, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const got = told(this.name, () => readSync(this.#open(), target, done, target.length - done, offset + done));
      if (got === 0) {
        break;
      }
      done += got;
    }
    return done;
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== null) {
      closeSync(this.#descriptor);
      this.#descriptor = null;
    }
  }

  #open(): number {
    if (this.#descriptor === null) {
      throw new VmcorekitError('contract', { what: `${this.name} was read after it was disposed` });
    }
    return this.#descriptor;
  }
}
