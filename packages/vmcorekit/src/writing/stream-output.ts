import { type ByteSink, VmcorekitError } from '@vmcorekit/core';
import { standardStream } from '../dumps/open-input.ts';
import { type Io, write } from '../io.ts';
import type { Output } from '../library/writing/outputs.ts';

/**
 * Standard output. Keeps what a step writes until the stream has taken it. Throws `OutputError`.
 */
export class StreamOutput implements Output, ByteSink {
  readonly isSequential: boolean = true;
  readonly path: string = standardStream;
  sizeInBytes: number = 0;
  readonly #io: Pick<Io, 'stdout'>;
  readonly #waiting: Uint8Array[] = [];

  constructor(io: Pick<Io, 'stdout'>) {
    this.#io = io;
  }

  get sink(): ByteSink {
    return this;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    if (offset !== this.sizeInBytes) {
      throw new VmcorekitError('contract', {
        what: `standard output was written at ${offset}, expected ${this.sizeInBytes}`,
      });
    }
    this.#waiting.push(bytes.slice());
    this.sizeInBytes += bytes.length;
  }

  beforeNextStep(): Promise<void> | undefined {
    return this.#waiting.length === 0
      ? undefined
      : write(this.#io.stdout, Buffer.concat(this.#waiting.splice(0)));
  }

  async commit(): Promise<void> {
    await this.beforeNextStep();
  }

  withdraw(): void {}

  [Symbol.dispose](): void {}
}
