import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type ByteSource, VmcorekitError } from '@vmcorekit/core';
import { withIoErrors } from './io-errors.ts';

/**
 * What came through a stream, in a file without a name: a dump is read here and there, and a stream only once. The file's name is
 * removed as soon as it is open, so that nothing is left however the process ends; where a system refuses that, with the source.
 */
export class SpooledSource implements ByteSource {
  readonly name: string;
  readonly #path: string;
  #descriptor: number | null;
  #sizeInBytes = 0;

  private constructor(name: string, folder: string) {
    this.name = name;
    this.#path = join(folder, `vmcorekit.${randomBytes(4).toString('hex')}.part`);
    this.#descriptor = withIoErrors(this.#path, () => openSync(this.#path, 'wx+', 0o600));
    this.#forgetName();
  }

  /**
   * Takes a stream to its end; `onBytes` is told how many there are so far. `folder` must have the room. Throws `io` where the operating
   * system refuses, and what the stream throws.
   */
  static async of(
    stream: AsyncIterable<Uint8Array>,
    name: string,
    folder: string,
    onBytes: (sizeInBytes: number) => void = () => {},
  ): Promise<SpooledSource> {
    const source = new SpooledSource(name, folder);
    try {
      for await (const chunk of stream) {
        source.#append(chunk);
        onBytes(source.sizeInBytes);
      }
      return source;
    } catch (error) {
      source[Symbol.dispose]();
      throw error;
    }
  }

  get sizeInBytes(): number {
    return this.#sizeInBytes;
  }

  readInto(offset: number, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const got = withIoErrors(this.name, () => readSync(this.#open(), target, done, target.length - done, offset + done));
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
      this.#forgetName();
    }
  }

  #append(bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = this.#sizeInBytes;
      const put = withIoErrors(this.#path, () => writeSync(this.#open(), bytes, done, bytes.length - done, at));
      done += put;
      this.#sizeInBytes += put;
    }
  }

  #forgetName(): void {
    try {
      rmSync(this.#path, { force: true });
    } catch {
      // Windows keeps the name of an open file; it goes with the source.
    }
  }

  #open(): number {
    if (this.#descriptor === null) {
      throw new VmcorekitError('contract', { what: `${this.name} was read after it was disposed` });
    }
    return this.#descriptor;
  }
}
