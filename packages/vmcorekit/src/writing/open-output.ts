import { rmSync } from 'node:fs';
import { type ByteSink, VmcorekitError } from '@vmcorekit/core';
import { OutputFile } from '@vmcorekit/node';
import { standardStream } from '../dumps/open-input.ts';
import { asOutputError, type Io, write } from '../io.ts';

/** Where a dump is written: a file that appears when it is whole, or standard output. */
export interface Output extends Disposable {
  readonly path: string;
  readonly sink: ByteSink;
  /** The highest end written. */
  readonly sizeInBytes: number;
  /** To be awaited between steps of the work. */
  beforeNextStep(): Promise<void> | undefined;
  /** Everything was written. */
  commit(): Promise<void>;
  /** Takes back what was committed: a file of which the others could not be. */
  withdraw(): void;
}

/**
 * The files of one dump, of which all appear or none. Disposed without `commit`, also by Ctrl-C, they leave nothing behind. What goes
 * wrong with them is thrown as `OutputError`.
 */
export class Outputs implements Disposable {
  readonly files: readonly Output[];

  constructor(io: Io, paths: readonly string[], mayReplace: boolean) {
    const files: Output[] = [];
    this.files = files;
    try {
      for (const path of paths) {
        files.push(openOutput(io, path, mayReplace));
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** To be awaited between steps of the work. */
  beforeNextStep(): Promise<void> | undefined {
    const waits = this.files.map((file) => file.beforeNextStep()).filter((wait) => wait !== undefined);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }

  async commit(): Promise<void> {
    const committed: Output[] = [];
    try {
      for (const file of this.files) {
        await file.commit();
        committed.push(file);
      }
    } catch (error) {
      for (const file of committed) {
        file.withdraw();
      }
      throw error;
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.files) {
      file[Symbol.dispose]();
    }
  }
}

function openOutput(io: Io, path: string, mayReplace: boolean): Output {
  return path === standardStream ? new StreamOutput(io) : new FileOutput(io, path, mayReplace);
}

class FileOutput implements Output, ByteSink {
  readonly isSequential: boolean = false;
  readonly path: string;
  sizeInBytes: number = 0;
  readonly #io: Io;
  readonly #file: OutputFile;
  readonly #abandon: () => void = () => this.#file[Symbol.dispose]();

  constructor(io: Io, path: string, mayReplace: boolean) {
    this.#io = io;
    this.path = path;
    this.#file = asOutputError(() => new OutputFile(path, mayReplace));
    io.signal.addEventListener('abort', this.#abandon);
  }

  get sink(): ByteSink {
    return this;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    asOutputError(() => this.#file.writeAt(offset, bytes));
    this.sizeInBytes = Math.max(this.sizeInBytes, offset + bytes.length);
  }

  beforeNextStep(): undefined {}

  async commit(): Promise<void> {
    asOutputError(() => this.#file.commit());
  }

  withdraw(): void {
    asOutputError(() => rmSync(this.#file.name, { force: true }));
  }

  [Symbol.dispose](): void {
    this.#io.signal.removeEventListener('abort', this.#abandon);
    this.#file[Symbol.dispose]();
  }
}

/** Keeps what one step writes, until the stream has taken it. */
class StreamOutput implements Output, ByteSink {
  readonly isSequential: boolean = true;
  readonly path: string = standardStream;
  sizeInBytes: number = 0;
  readonly #io: Io;
  readonly #waiting: Uint8Array[] = [];

  constructor(io: Io) {
    this.#io = io;
  }

  get sink(): ByteSink {
    return this;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    if (offset !== this.sizeInBytes) {
      throw new VmcorekitError('contract', { what: `standard output was written at ${offset}, expected ${this.sizeInBytes}` });
    }
    this.#waiting.push(bytes.slice());
    this.sizeInBytes += bytes.length;
  }

  beforeNextStep(): Promise<void> | undefined {
    return this.#waiting.length === 0 ? undefined : write(this.#io.stdout, Buffer.concat(this.#waiting.splice(0)));
  }

  async commit(): Promise<void> {
    await this.beforeNextStep();
  }

  withdraw(): void {}

  [Symbol.dispose](): void {}
}
