import { type FrameRun, type TableFrames, VmcorekitError } from '@vmcorekit/core';
import { type Repeated, repeatedIn } from './repeated.ts';
import { RunIndex } from './run-index.ts';

/**
 * So many runs took 6.5 s and 730 MB. Xen gives a domain its memory in pieces of 2 MiB and more
 * where it can: a guest of 128 MiB had 64 runs.
 */
const maxRuns: number = 2 ** 22;

/** Collects the machine frames of a domain's pages, joined to runs. */
export class FrameLog {
  readonly #pages: number[] = [];
  readonly #frames: number[] = [];
  readonly #lengths: number[] = [];

  /** Throws `unsupported` where frames are more scattered than can be kept. */
  add(page: number, frame: number): void {
    const last = this.#pages.length - 1;
    const length = this.#lengths[last] ?? 0;
    if (last >= 0 && this.#pages[last] === page - length && this.#frames[last] === frame - length) {
      this.#lengths[last] = length + 1;
      return;
    }
    if (this.#pages.length === maxRuns) {
      throw new VmcorekitError('unsupported', {
        what: `the domain's machine frames lie in more than ${maxRuns} runs`,
        advice: 'save the domain with xl save, whose page tables hold no machine frames',
      });
    }
    this.#pages.push(page);
    this.#frames.push(frame);
    this.#lengths.push(1);
  }

  /** Frames of several pages. */
  repeated(): Repeated | null {
    const frames = this.#frames;
    return repeatedIn(frames, (run) => (frames[run] ?? 0) + (this.#lengths[run] ?? 0));
  }

  /** Of several frames of a page, and several pages of a frame, the first counts. */
  tableFrames(): TableFrames {
    return new MachineFrames(
      new RunIndex(this.#frames, this.#pages, this.#lengths),
      new RunIndex(this.#pages, this.#frames, this.#lengths),
    );
  }
}

class MachineFrames implements TableFrames {
  readonly name: string = 'machine frame';
  readonly insteadOfCopy: string =
    'open the core itself with crash, or save the domain with xl save and convert that';
  readonly #pageOfFrame: RunIndex;
  readonly #frameOfPage: RunIndex;

  constructor(pageOfFrame: RunIndex, frameOfPage: RunIndex) {
    this.#pageOfFrame = pageOfFrame;
    this.#frameOfPage = frameOfPage;
  }

  pageOf(frame: number): number | undefined {
    return this.#pageOfFrame.valueOf(frame);
  }

  frameOf(page: number): number | undefined {
    return this.#frameOfPage.valueOf(page);
  }

  *runsWithin(start: number, end: number): Generator<FrameRun, void, void> {
    for (const { key, value, length } of this.#pageOfFrame.within(start, end)) {
      yield { frame: key, page: value, count: length };
    }
  }
}
