import { isVmcorekitError, plural, printable } from '@vmcorekit/core';
import { complain, type Io } from '../io.ts';
import type { DumpFiles } from './dumps-of.ts';

/** The files that a walk through folders met and that are no dumps: counted, or listed. */
export class PassedOver {
  readonly #io: Pick<Io, 'stderr'>;
  readonly #isListed: boolean;
  #noDumpCount = 0;
  #packedCount = 0;

  constructor(io: Pick<Io, 'stderr'>, isListed: boolean) {
    this.#io = io;
    this.#isListed = isListed;
  }

  /** Adds a file that cannot hold a dump. */
  async add(path: string, because: string): Promise<void> {
    this.#noDumpCount++;
    await this.#list(path, because);
  }

  /**
   * Adds a file that a walk met if its error says that it is no dump, not even a damaged one.
   * Returns whether it was added.
   */
  async addIfNoDump({ isFound, files }: DumpFiles, error: unknown): Promise<boolean> {
    const [path = ''] = files;
    if (!isFound) {
      return false;
    }
    if (isVmcorekitError(error, 'unknown-format')) {
      const isDamaged = error.facts.because !== undefined;
      await (isDamaged ? undefined : this.add(path, 'no format claims it'));
      return !isDamaged;
    }
    if (isVmcorekitError(error, 'choose-entry') && error.facts.isNoneKnown === true) {
      await this.add(path, 'none of its files is known as a dump');
      return true;
    }
    const { holds, what = '' } = isVmcorekitError(error, 'unsupported') ? error.facts : {};
    if (holds === 'files') {
      this.#packedCount++;
      await this.#list(path, what);
    } else if (holds === 'no-memory') {
      await this.add(path, what);
    }
    return holds !== undefined;
  }

  /** `37 files are no dump (--verbose lists them)`; undefined where nothing was passed over. */
  text(): string | undefined {
    const parts = [
      ...areText(this.#noDumpCount, 'no dump'),
      ...areText(this.#packedCount, 'packed (not looked into)'),
    ];
    return parts.length === 0
      ? undefined
      : parts.join('; ') + (this.#isListed ? '' : ' (--verbose lists them)');
  }

  async #list(path: string, because: string): Promise<void> {
    if (this.#isListed) {
      const isNamed = because.startsWith(path);
      const line = isNamed ? because : `${path}: ${because}`;
      await complain(this.#io, `vmcorekit: ${printable(line)}\n`);
    }
  }
}

function areText(count: number, what: string): string[] {
  return count === 0 ? [] : [`${plural(count, 'file')} ${count === 1 ? 'is' : 'are'} ${what}`];
}
