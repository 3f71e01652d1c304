import { type ByteSink, sizeText, VmcorekitError } from '@vmcorekit/core';
import type { PageOutput } from './page-output.ts';

const blockSizeInBytes = 1024 * 1024;
/** A page that holds more may be ended by its browser. */
const maxSizeInBytes = 512 * 1024 * 1024;

/**
 * A file in memory, to be downloaded from there: for browsers that give a page no place on the
 * disk. Throws `unsupported` beyond 512 MiB.
 */
export class MemoryFile implements PageOutput, ByteSink {
  readonly isSequential: boolean = false;
  sizeInBytes: number = 0;
  readonly #blocks: Map<number, Uint8Array<ArrayBuffer>> = new Map();

  get sink(): ByteSink {
    return this;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    const end = offset + bytes.length;
    if (end > maxSizeInBytes) {
      throw new VmcorekitError('unsupported', {
        what: `a new file of more than ${sizeText(maxSizeInBytes)} in a browser that gives a page no place on the disk`,
        advice: 'leave the private window, use another browser, or use the command',
      });
    }
    for (let at = offset; at < end; ) {
      const index = Math.floor(at / blockSizeInBytes);
      const within = at % blockSizeInBytes;
      const part = bytes.subarray(at - offset, at - offset + blockSizeInBytes - within);
      this.#block(index).set(part, within);
      at += part.length;
    }
    this.sizeInBytes = Math.max(this.sizeInBytes, end);
  }

  beforeNextStep(): undefined {}

  async commit(): Promise<Blob> {
    const count = Math.ceil(this.sizeInBytes / blockSizeInBytes);
    const whole = Array.from({ length: count }, (_, index) => this.#block(index));
    const blob = new Blob(whole).slice(0, this.sizeInBytes);
    await this.abandon();
    return blob;
  }

  async abandon(): Promise<void> {
    this.#blocks.clear();
  }

  #block(index: number): Uint8Array<ArrayBuffer> {
    const block = this.#blocks.get(index) ?? new Uint8Array(blockSizeInBytes);
    this.#blocks.set(index, block);
    return block;
  }
}
