import { fsyncSync } from 'node:fs';
import type { ByteSink } from '@vmcorekit/core';
import { OpenFile, writeAll } from './open-file.ts';

/**
 * A new file. Throws `io` where the operating system refuses, and where the file exists: it never
 * overwrites anything.
 */
export class FileSink implements ByteSink, Disposable {
  readonly isSequential: boolean = false;
  readonly name: string;
  readonly #file: OpenFile;

  /**
   * `mode` gives the permissions, less the process's umask; `name` is the file's name in messages.
   */
  constructor(path: string, mode: number = 0o666, name: string = path) {
    this.name = name;
    this.#file = new OpenFile(path, 'wx', mode, name);
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    this.#file.use((descriptor) => writeAll(descriptor, offset, bytes));
  }

  /** Returns when everything written is safe on the disk. */
  sync(): void {
    this.#file.use(fsyncSync);
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}
