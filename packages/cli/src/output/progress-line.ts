import { type Progress, printable } from '@vmcorekit/core';
import type { Io } from '../io.ts';

/** Work shorter than this shows nothing. */
const quietMilliseconds = 500;
const redrawMilliseconds = 100;
const eraseLine = '\r\x1b[K';

/** One line on stderr that says what is being done, only on a terminal and only for work that takes a while. */
export class ProgressLine implements Disposable {
  readonly #io: Io;
  readonly #isWanted: boolean;
  readonly #now: () => number;
  #nextDraw: number;
  #isDrawn: boolean = false;
  readonly #erase: () => void = () => this.erase();

  /** `now` is in milliseconds. */
  constructor(io: Io, quiet: boolean, now: () => number = () => performance.now()) {
    this.#io = io;
    this.#now = now;
    this.#nextDraw = now() + quietMilliseconds;
    this.#isWanted = io.stderr.isTTY === true && !quiet && io.env.TERM !== 'dumb';
    io.signal.addEventListener('abort', this.#erase);
  }

  show(progress: Progress, about: string): void {
    const now = this.#now();
    if (!this.#isWanted || now < this.#nextDraw) {
      return;
    }
    this.#nextDraw = now + redrawMilliseconds;
    this.#isDrawn = true;
    const share = progress.fraction === null ? '' : ` ${Math.floor(Math.min(1, Math.max(0, progress.fraction)) * 100)} %`;
    const text = printable(`${about}: ${progress.doing}${share}`);
    this.#io.stderr.write(eraseLine + text.slice(0, Math.max(1, (this.#io.stderr.columns ?? 80) - 1)), () => {});
  }

  erase(): void {
    if (this.#isDrawn) {
      this.#isDrawn = false;
      this.#io.stderr.write(eraseLine, () => {});
    }
  }

  [Symbol.dispose](): void {
    this.erase();
    this.#io.signal.removeEventListener('abort', this.#erase);
  }
}
