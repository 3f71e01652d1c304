import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import type { ByteSink } from '../byte-source.ts';
import { VmcorekitError } from '../errors.ts';
import { told } from './told.ts';

/** A new file. Throws `io` where the operating system refuses, and where the file exists: nothing is ever overwritten. */
export class FileSink implements ByteSink, Disposable {
  readonly isSequential: boolean = false;
  readonly name: string;
  #descriptor: number | null;

  /** `mode` is the permissions, less the process's umask. */
  constructor(path: string, mode: number = 0o666) {
    this.name = path;
    this.#descriptor = told(path, () => openSync(path, 'wx', mode));
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    const descriptor = this.#open();
    let done = 0;
    while (done < bytes.length) {
      done += told(this.name, () => writeSync(descriptor, bytes, done, bytes.length - done, offset + done));
    }
  }

  /** Returns when everything written is safe on the disk. */
  sync(): void {
    const descriptor = this.#open();
    told(this.name, () => fsyncSync(descriptor));
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== null) {
      closeSync(this.#descriptor);
      this.#descriptor = null;
    }
  }

  #open(): number {
    if (this.#descriptor === null) {
      throw new VmcorekitError('contract', { what: `${this.name} was written after it was disposed` });
    }
    return this.#descriptor;
  }
}
