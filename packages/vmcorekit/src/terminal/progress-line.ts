import { type Progress, printable } from '@vmcorekit/core';
import { pace } from '@vmcorekit/report';
import type { Io } from '../io.ts';
import { columnsOf } from './style.ts';

/** Work shorter than this shows nothing. */
const quietMilliseconds = 500;
const redrawMilliseconds = 100;
const eraseLine = '\r\x1b[K';
const shortestBar = 10;
const longestBar = 40;

/**
 * One line on stderr that shows the work, how far it is and how long it will take. Appears only on
 * a terminal, and only for work that takes a while.
 */
export class ProgressLine implements Disposable {
  readonly #io: Io;
  readonly #isWanted: boolean;
  readonly #now: () => number;
  readonly #paceOf: (progress: Progress) => string;
  #nextDraw: number;
  #isDrawn: boolean = false;
  readonly #erase: () => void = () => this.erase();

  /** `sizeInBytes` is the size of what the work reads, for its speed. `now` is in milliseconds. */
  constructor(
    io: Io,
    quiet: boolean,
    sizeInBytes: number | null = null,
    now: () => number = () => performance.now(),
  ) {
    this.#io = io;
    this.#now = now;
    this.#paceOf = pace(sizeInBytes, now);
    this.#nextDraw = now() + quietMilliseconds;
    this.#isWanted = io.stderr.isTTY === true && !quiet && io.env.TERM !== 'dumb';
    io.signal.addEventListener('abort', this.#erase);
  }

  show(progress: Progress, about: string): void {
    this.#io.onProgress?.(progress);
    const now = this.#now();
    const paceText = this.#isWanted ? this.#paceOf(progress) : '';
    if (!this.#isWanted || now < this.#nextDraw) {
      return;
    }
    this.#nextDraw = now + redrawMilliseconds;
    this.#isDrawn = true;
    const room = Math.max(1, columnsOf(this.#io.stderr, this.#io.env) - 1);
    const what = printable(`${about}: ${progress.doing}`);
    this.#io.stderr.write(
      eraseLine + lineOf(what, progress.fraction, paceText, room).slice(0, room),
      () => {},
    );
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

function lineOf(what: string, fraction: number | null, paceText: string, room: number): string {
  if (fraction === null) {
    return what;
  }
  const share = Math.min(1, Math.max(0, fraction));
  const text = `${what} ${Math.floor(share * 100)} %`;
  const width = Math.min(longestBar, room - text.length - paceText.length - ' []'.length);
  const done = Math.floor(share * width);
  const bar = width < shortestBar ? '' : ` [${'='.repeat(done)}${' '.repeat(width - done)}]`;
  return `${text}${bar}${paceText}`;
}
