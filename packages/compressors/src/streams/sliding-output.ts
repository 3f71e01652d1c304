import { memoryUpTo, type StreamExports } from './stream-exports.ts';

/** The decoder may load and write this far after its areas. Source: src-wasm/index.ts. */
export const slackInBytes = 1024;

/**
 * Where a decoder writes, in its own memory. What was written last stays before it, as much as
 * matches may reach back to. Takes twice the window.
 */
export class SlidingOutput {
  memory: Uint8Array = new Uint8Array(0);
  /** Where the next piece goes. */
  at: number;
  /** Where all that was written begins, or what is left of it. */
  readonly first: number;
  readonly #exports: StreamExports;
  readonly #pieceInBytes: number;
  #windowInBytes = 0;
  #roomInBytes = 0;

  /** A piece holds at most so many bytes. */
  constructor(exports: StreamExports, first: number, pieceInBytes: number) {
    this.#exports = exports;
    this.#pieceInBytes = pieceInBytes;
    this.first = first;
    this.at = first;
  }

  /** Empties the output. The caller bounds the window. */
  start(windowInBytes: number): void {
    this.#windowInBytes = windowInBytes;
    this.#roomInBytes = windowInBytes + Math.max(windowInBytes, 8 * this.#pieceInBytes);
    this.at = this.first;
    this.makeRoom();
  }

  /**
   * Makes room for a piece: more memory, as long as the window was not filled twice; then the
   * window moves to the start. So a small file takes little, whatever window it asks for.
   */
  makeRoom(): void {
    const held = this.at - this.first;
    if (held > this.#roomInBytes) {
      this.memory.copyWithin(this.first, this.at - this.#windowInBytes, this.at);
      this.at = this.first + this.#windowInBytes;
    }
    const end = this.at + this.#pieceInBytes + slackInBytes;
    if (end > this.memory.length) {
      const more = Math.min(2 * held, this.#roomInBytes) + this.#pieceInBytes + slackInBytes;
      this.memory = memoryUpTo(this.#exports, Math.max(end, this.first + more));
    }
  }

  /** What was just written after `at`: a view, valid until the next piece. */
  take(lengthInBytes: number): Uint8Array {
    const start = this.at;
    this.at += lengthInBytes;
    return this.memory.subarray(start, this.at);
  }
}
