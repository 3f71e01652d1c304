import { lowestIndex, VmcorekitError } from '@vmcorekit/core';

/** A delta takes 16 bytes here, and at least 14 in the file. */
const maxDeltas: number = 2 ** 22;

/** The XBZRLE records of a stream: each changes bytes of a page that was sent before. */
export class DeltaLog {
  readonly #pages: number[] = [];
  readonly #offsets: number[] = [];
  /** Indexes in the order of pages, then of the stream. Null until all are added. */
  #order: Uint32Array | null = null;

  get count(): number {
    return this.#pages.length;
  }

  /** @param at where the record's data begins in the file: its length, then the delta */
  add(page: number, at: number): void {
    if (this.#pages.length === maxDeltas) {
      throw new VmcorekitError('unsupported', {
        what: `the stream has more than ${maxDeltas} XBZRLE pages`,
        advice: 'stop the machine, and write the stream again',
      });
    }
    this.#pages.push(page);
    this.#offsets.push(at);
  }

  /** Where the records of a page that come after an offset in the file lie, in their order. */
  of(page: number, after: number): readonly number[] {
    const order = this.#sorted();
    const found: number[] = [];
    for (let at = this.#firstAt(page); this.#pageAt(at) === page; at++) {
      const offset = this.#offsets[order[at] ?? 0] ?? 0;
      if (offset > after) {
        found.push(offset);
      }
    }
    return found;
  }

  /** The pages of [start, end) that have a record, each once, ascending. */
  *pagesWithin(start: number, end: number): Generator<number, void, void> {
    let last = -1;
    for (let at = this.#firstAt(start); this.#pageAt(at) < end; at++) {
      const page = this.#pageAt(at);
      if (page !== last) {
        yield page;
      }
      last = page;
    }
  }

  #sorted(): Uint32Array {
    this.#order ??= Uint32Array.from(this.#pages, (_, index) => index).sort(
      (a, b) => (this.#pages[a] ?? 0) - (this.#pages[b] ?? 0) || a - b,
    );
    return this.#order;
  }

  #pageAt(position: number): number {
    return this.#pages[this.#sorted()[position] ?? -1] ?? Infinity;
  }

  #firstAt(page: number): number {
    return lowestIndex(this.#pages.length, (position) => this.#pageAt(position) < page);
  }
}
