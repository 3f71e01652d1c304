import { closeSync, openSync, writeSync } from 'node:fs';
import { VmcorekitError } from '@vmcorekit/core';
import { withIoErrors } from './io-errors.ts';

/**
 * A file's descriptor, open until it is disposed. Throws `io` where the operating system refuses,
 * `contract` for use after disposal.
 */
export class OpenFile implements Disposable {
  readonly name: string;
  #descriptor: number | null;

  /** `flags` and `mode` are those of open(2); `name` is the file's name in messages. */
  constructor(path: string, flags: string | number, mode?: number, name: string = path) {
    this.name = name;
    this.#descriptor = withIoErrors(name, () => openSync(path, flags, mode));
  }

  /** Does work with the descriptor. Errors of the operating system carry the file's name. */
  use<Result>(work: (descriptor: number) => Result): Result {
    const descriptor = this.#descriptor;
    if (descriptor === null) {
      throw new VmcorekitError('contract', { what: `${this.name} was used after it was disposed` });
    }
    return withIoErrors(this.name, () => work(descriptor));
  }

  [Symbol.dispose](): void {
    if (this.#descriptor !== null) {
      closeSync(this.#descriptor);
      this.#descriptor = null;
    }
  }
}

/** Repeats, because one write may take less than it is given. */
export function writeAll(descriptor: number, fileOffset: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, fileOffset + done);
  }
}
