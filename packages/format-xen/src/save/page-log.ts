import { VmcorekitError } from '@vmcorekit/core';
import { type FileParts, sweep } from '@vmcorekit/file-memory';

/**
 * A run takes 24 bytes. A save of 128 MiB had 32. Runs are resolved when the log has so many; if
 * more than half remain, the file was made to use memory up.
 */
const maxRuns: number = 2 ** 22;
/** In place of an offset: pages that have no data, so they are not there. */
const withoutData = -1;

/** The pages of a save in the order of its records, joined to runs. The last of a page counts. */
export class PageLog {
  readonly #pageSizeInBytes: number;
  #start: number[] = [];
  #end: number[] = [];
  #fileOffset: number[] = [];

  constructor(pageSizeInBytes: number) {
    this.#pageSizeInBytes = pageSizeInBytes;
  }

  add(page: number, fileOffset: number): void {
    const last = this.#start.length - 1;
    if (last >= 0 && this.#end[last] === page && this.#nextOffset(last) === fileOffset) {
      this.#end[last] = page + 1;
      return;
    }
    if (this.#start.length === maxRuns) {
      this.#resolve();
    }
    this.#append(page, page + 1, fileOffset);
  }

  addWithoutData(page: number): void {
    this.add(page, withoutData);
  }

  /** Adds every page that is there, ascending. */
  placeIn(parts: FileParts): void {
    const size = this.#pageSizeInBytes;
    this.#sweep((from, to, fileOffset) => {
      if (fileOffset !== withoutData) {
        parts.add(from * size, (to - from) * size, fileOffset);
      }
    });
  }

  #nextOffset(run: number): number {
    const at = this.#fileOffset[run] ?? withoutData;
    const pages = (this.#end[run] ?? 0) - (this.#start[run] ?? 0);
    return at === withoutData ? withoutData : at + pages * this.#pageSizeInBytes;
  }

  #append(start: number, end: number, fileOffset: number): void {
    this.#start.push(start);
    this.#end.push(end);
    this.#fileOffset.push(fileOffset);
  }

  #resolve(): void {
    const resolved = new PageLog(this.#pageSizeInBytes);
    this.#sweep((from, to, fileOffset) => resolved.#append(from, to, fileOffset));
    if (resolved.#start.length > maxRuns / 2) {
      throw new VmcorekitError('unsupported', {
        what: `the domain's pages lie in more than ${maxRuns / 2} runs`,
        advice: 'pause the domain, and save it again',
      });
    }
    this.#start = resolved.#start;
    this.#end = resolved.#end;
    this.#fileOffset = resolved.#fileOffset;
  }

  #sweep(take: (from: number, to: number, fileOffset: number) => void): void {
    const start = this.#start;
    const order = Uint32Array.from(start, (_, index) => index);
    order.sort((a, b) => (start[a] ?? 0) - (start[b] ?? 0));
    sweep(
      { start, end: this.#end },
      order,
      (index) => -index,
      (index, from, to) => {
        const at = this.#fileOffset[index] ?? withoutData;
        const skipped = (from - (start[index] ?? 0)) * this.#pageSizeInBytes;
        take(from, to, at === withoutData ? withoutData : at + skipped);
      },
    );
  }
}
