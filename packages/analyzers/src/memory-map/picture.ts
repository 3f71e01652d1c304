import type { PlacedSection, SectionKind } from './image-sections.ts';
import type { StateRun, TalliedState } from './page-tally.ts';

const ofState: Readonly<Record<TalliedState, string>> = {
  stored: '#',
  zero: '0',
  partial: '~',
  excluded: 'x',
  absent: '-',
  corrupt: '!',
  unstored: '.',
};
const ofSection: Readonly<Record<SectionKind, string>> = {
  text: 'T',
  'read-only data': 'R',
  data: 'D',
};
const pageTable = 'P';

/** What a slice may show, and its character. */
export const kinds: readonly { readonly name: string; readonly character: string }[] = [
  ...Object.entries(ofState).map(([name, character]) => ({ name, character })),
  ...Object.entries(ofSection).map(([name, character]) => ({ name: `kernel ${name}`, character })),
];

/** One character for each slice. */
export const legend =
  '# stored, 0 zero, ~ partial, x excluded, - absent, ! corrupt, . not stored; T R D: kernel text, read-only data, data; blank: no memory; P below: page tables';

/**
 * Memory drawn as slices of equal size. Each shows its most common state; the kernel's image shows
 * through.
 */
export class Picture {
  readonly sliceInBytes: number;
  readonly start: number;
  readonly #bytes: Map<TalliedState, number>[];

  constructor(start: number, end: number, width: number, pageSizeInBytes: number) {
    this.start = start;
    this.sliceInBytes =
      Math.max(1, Math.ceil((end - start) / width / pageSizeInBytes)) * pageSizeInBytes;
    const used = Math.min(width, Math.ceil((end - start) / this.sliceInBytes));
    this.#bytes = Array.from({ length: used }, () => new Map());
  }

  add({ start, end, state }: StateRun): void {
    for (let at = start; at < end; ) {
      const index = this.#sliceOf(at);
      const stop = Math.min(end, this.start + (index + 1) * this.sliceInBytes);
      const slice = this.#bytes[index];
      slice?.set(state, (slice.get(state) ?? 0) + stop - at);
      at = stop;
    }
  }

  draw(sections: readonly PlacedSection[]): string {
    const characters = this.#bytes.map((slice) => {
      const [most] = [...slice].sort(([, one], [, other]) => other - one);
      return most === undefined ? ' ' : ofState[most[0]];
    });
    // Text comes last: where a slice holds all three, text says most about it.
    for (const kind of ['data', 'read-only data', 'text'] as const) {
      for (const { start, lengthInBytes } of sections.filter((section) => section.kind === kind)) {
        const last = Math.min(characters.length - 1, this.#sliceOf(start + lengthInBytes - 1));
        for (let index = Math.max(0, this.#sliceOf(start)); index <= last; index++) {
          characters[index] = ofSection[kind];
        }
      }
    }
    return characters.join('');
  }

  /**
   * `P` for each slice that holds one of these pages, a blank for every other. There are few such
   * pages, seldom near each other.
   */
  mark(places: readonly number[]): string {
    const marks = this.#bytes.map(() => ' ');
    for (const place of places) {
      const index = this.#sliceOf(place);
      if (index >= 0 && index < marks.length) {
        marks[index] = pageTable;
      }
    }
    return marks.join('');
  }

  #sliceOf(address: number): number {
    return Math.floor((address - this.start) / this.sliceInBytes);
  }
}
