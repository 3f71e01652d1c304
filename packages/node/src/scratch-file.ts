import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ByteStore, type StoreRoom, systemReason, VmcorekitError } from '@vmcorekit/core';
import { withIoErrors } from './io-errors.ts';

/**
 * A nameless file, for data that must be unpacked to be read. Its name is removed as soon as it is
 * open, so that nothing is left however the process ends. Where a system refuses that, it is
 * removed with the store. Throws `io` where the operating system refuses, `contract` for use after
 * disposal.
 */
export class ScratchFile implements ByteStore {
  readonly name: string;
  readonly isSequential: boolean = false;
  readonly #folder: string;
  readonly #path: string;
  #descriptor: number | null;
  #sizeInBytes = 0;

  /** `folder` must have the space. */
  constructor(folder: string = tmpdir(), name: string = 'scratch') {
    this.name = name;
    this.#folder = folder;
    this.#path = join(folder, `vmcorekit.${randomBytes(4).toString('hex')}.part`);
    try {
      this.#descriptor = openSync(this.#path, 'wx+', 0o600);
    } catch (error) {
      throw unusable(folder, this.#path, error);
    }
    this.#forgetName();
  }

  get sizeInBytes(): number {
    return this.#sizeInBytes;
  }

  readInto(offset: number, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const got = withIoErrors(this.name, () =>
        readSync(this.#open(), target, done, target.length - done, offset + done),
      );
      if (got === 0) {
        break;
      }
      done += got;
    }
    return done;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = offset + done;
      done += withIoErrors(this.#path, () =>
        writeSync(this.#open(), bytes, done, bytes.length - done, at),
      );
    }
    this.#sizeInBytes = Math.max(this.#sizeInBytes, offset + bytes.length);
  }

  /** What the file system has free for this user. */
  room(): StoreRoom | undefined {
    try {
      const { bavail, blocks, bsize } = statfsSync(this.#folder);
      // Some file systems of networks know no sizes.
      return blocks === 0 ? undefined : { where: this.#folder, freeInBytes: bavail * bsize };
    } catch {
      return undefined;
    }
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== null) {
      closeSync(this.#descriptor);
      this.#descriptor = null;
      this.#forgetName();
    }
  }

  #forgetName(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // Windows keeps the name of an open file; it is removed with the store.
    }
  }

  #open(): number {
    if (this.#descriptor === null) {
      throw new VmcorekitError('contract', { what: `${this.name} was used after it was disposed` });
    }
    return this.#descriptor;
  }
}

/** The user chose no name for the file, only the folder, and perhaps not even that. */
function unusable(folder: string, path: string, error: unknown): VmcorekitError {
  const reason = systemReason(error);
  const facts =
    folder === tmpdir()
      ? {
          file: folder,
          because: `this folder for temporary files takes none (${reason}); give another one in TMPDIR`,
        }
      : { file: path, because: reason };
  return new VmcorekitError('io', facts, { cause: error });
}
