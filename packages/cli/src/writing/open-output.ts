import { type ByteSink, VmcorekitError } from '@vmcorekit/core';
import { OutputFile } from '@vmcorekit/core/node';
import { asOutputError, type Io, write } from '../io.ts';
import { standardOutput } from './output-kind.ts';

/** Where a dump is written: a file that appears when it is whole, or standard output. */
export interface Output extends Disposable {
  readonly sink: ByteSink;
  /** The highest end written. */
  readonly sizeInBytes: number;
  /** To be awaited between steps of the work. */
  beforeNextStep(): Promise<void> | undefined;
  /** Everything was written. */
  commit(): Promise<void>;
}

/**
 * Opens the output. Disposed without `commit`, also by Ctrl-C, it leaves nothing behind. What goes wrong with it is thrown as
 * `OutputError`.
 */
export function openOutput(io: Io, path: string, mayReplace: boolean): Output {
  return path === standardOutput ? new StreamOutput(io) : new FileOutput(io, path, mayReplace);
}

class FileOutput implements Output, ByteSink {
  readonly isSequential: boolean = false;
  sizeInBytes: number = 0;
  readonly #io: Io;
  readonly #file: OutputFile;
  readonly #abandon: () => void = () => this.#file[Symbol.dispose]();

  constructor(io: Io, path: string, mayReplace: boolean) {
    this.#io = io;
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

  [Symbol.dispose](): void {
    this.#io.signal.removeEventListener('abort', this.#abandon);
    this.#file[Symbol.dispose]();
  }
}

/** Keeps what one step writes, until the stream has taken it. */
class StreamOutput implements Output, ByteSink {
  readonly isSequential: boolean = true;
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

  [Symbol.dispose](): void {}
}
