import { type ByteOrder, printable } from '@vmcorekit/core';
import { ByteWriter } from './byte-writer.ts';

const maxNameLength = 512;

/** Texts, each once. */
export class NameSection {
  readonly #out: ByteWriter;
  readonly #offsets: Map<string, number> = new Map();

  constructor(byteOrder: ByteOrder) {
    this.#out = new ByteWriter(byteOrder, 8);
    this.offsetOf('');
  }

  offsetOf(name: string): number {
    let offset = this.#offsets.get(name);
    if (offset === undefined) {
      offset = this.#out.length;
      this.#offsets.set(name, offset);
      this.#out.text(printable(name.slice(0, maxNameLength)));
    }
    return offset;
  }

  written(): Uint8Array {
    return this.#out.written();
  }
}
