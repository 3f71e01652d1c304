import type { ByteState, PageState } from '@vmcorekit/core';

/** States by the numbers that a truth keeps; 0 is absent. */
const states: readonly ByteState[] = ['absent', 'stored', 'zero', 'excluded', 'corrupt'];

/**
 * What a generated dump holds, byte by byte: what its maker knows, found without the code that is
 * tested.
 */
export class Truth {
  readonly pageSizeInBytes: number;
  readonly values: Uint8Array;
  readonly #states: Uint8Array;

  constructor(pageSizeInBytes: number, pages: number) {
    this.pageSizeInBytes = pageSizeInBytes;
    this.values = new Uint8Array(pageSizeInBytes * pages);
    this.#states = new Uint8Array(pageSizeInBytes * pages);
  }

  get sizeInBytes(): number {
    return this.values.length;
  }

  get pages(): number {
    return this.values.length / this.pageSizeInBytes;
  }

  stateAt(address: number): ByteState {
    return states[this.#states[address] ?? 0] ?? 'absent';
  }

  isHeldAt(address: number): boolean {
    const state = this.#states[address] ?? 0;
    return state === 1 || state === 2;
  }

  set(address: number, state: ByteState, value: number = 0): void {
    this.#states[address] = states.indexOf(state);
    this.values[address] = value;
  }

  /** Whether all bytes of a stretch are held, and are these. */
  holds(start: number, bytes: Uint8Array): boolean {
    const end = start + bytes.length;
    const isHeld = this.#states.subarray(start, end).every((state) => state === 1 || state === 2);
    return isHeld && Buffer.compare(bytes, this.values.subarray(start, end)) === 0;
  }

  /** Whether all bytes of a stretch are in one state. */
  isAll(start: number, end: number, state: ByteState): boolean {
    const wanted = states.indexOf(state);
    return this.#states.subarray(start, end).every((each) => each === wanted);
  }

  /**
   * The first byte that a search is wrongly given (1), though it is not there, or not given, though
   * it is there and not zero.
   */
  firstMisjudged(given: Uint8Array): number | undefined {
    const [absent, stored, , excluded] = states.keys();
    for (let at = 0; at < given.length; at++) {
      const state = this.#states[at];
      const isWrong =
        given[at] === 1
          ? state === absent || state === excluded
          : state === stored && this.values[at] !== 0;
      if (isWrong) {
        return at;
      }
    }
    return undefined;
  }

  /** The state of a page: one answer for all its bytes, or `partial`. */
  pageState(pfn: number): PageState {
    const start = pfn * this.pageSizeInBytes;
    const page = this.#states.subarray(start, start + this.pageSizeInBytes);
    const has = (state: ByteState): boolean => page.includes(states.indexOf(state));
    const held = (['stored', 'zero'] as const).find(has);
    const missing = (['corrupt', 'excluded', 'absent'] as const).find(has);
    return held === undefined ? (missing ?? 'absent') : missing === undefined ? held : 'partial';
  }

  pageStates(): PageState[] {
    return Array.from({ length: this.pages }, (_, pfn) => this.pageState(pfn));
  }

  /** Whether some byte of a page should be there and cannot be read. */
  isCutOff(pfn: number): boolean {
    const start = pfn * this.pageSizeInBytes;
    return this.#states
      .subarray(start, start + this.pageSizeInBytes)
      .includes(states.indexOf('corrupt'));
  }

  /**
   * What a file of a format must hold that is written from this: ELF to the byte, KDUMP pages of
   * which something is held, filled with zeros.
   */
  writtenAs(format: 'elf' | 'kdump'): Truth {
    const written = new Truth(this.pageSizeInBytes, this.pages);
    for (let pfn = 0; pfn < this.pages; pfn++) {
      const state = this.pageState(pfn);
      const isHeld = state === 'stored' || state === 'zero' || state === 'partial';
      // KDUMP says of a page that it exists and is left out; ELF has no place for that.
      const others =
        format === 'elf' || state === 'absent' ? 'absent' : isHeld ? 'zero' : 'excluded';
      for (let at = pfn * this.pageSizeInBytes; at < (pfn + 1) * this.pageSizeInBytes; at++) {
        if (this.isHeldAt(at)) {
          written.set(at, 'stored', this.values[at]);
        } else {
          written.set(at, others);
        }
      }
    }
    return written;
  }
}

/** A dump that was made, and what it holds. */
export interface GeneratedDump {
  /** One file, or the parts of a split dump. */
  readonly files: readonly Uint8Array[];
  readonly truth: Truth;
  /** Whether something is wrong with the files. */
  readonly isDamaged: boolean;
  /** What it was made of, for people. */
  readonly recipe: unknown;
}

/** A byte that says where it belongs, and is seldom zero. */
export function byteAt(address: number, seed: number): number {
  return (Math.imul(address + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b)) >>> 24;
}
