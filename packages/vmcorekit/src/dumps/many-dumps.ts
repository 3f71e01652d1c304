import { statSync } from 'node:fs';
import { isVmcorekitError, plural, printable, systemReason, VmcorekitError } from '@vmcorekit/core';
import { flag, type OptionSpec } from '../arguments/option-spec.ts';
import type { Invocation } from '../command.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { complain } from '../io.ts';
import { type DumpFiles, dumpsAmong } from './dumps-of.ts';
import type { NamedFile } from './named-file.ts';
import { type WalkListener, walkFolder } from './walk-folder.ts';

/** The option of commands that take many dumps. */
export const recursiveOption: OptionSpec<boolean> = flag(
  'search folders for dumps, and the folders in them',
  'r',
);

const folderAdvice = 'is a folder: -r (--recursive) searches it for dumps';

/**
 * The dumps that a command line names, and with `--recursive` those in its folders. Counts what a
 * walk passes over.
 */
export class ManyDumps implements WalkListener {
  readonly #invocation: Pick<Invocation, 'toolkit' | 'io' | 'global'>;
  readonly #lists: boolean;
  #dumpCount = 0;
  #noDumpCount = 0;
  #packedCount = 0;
  #worst: ExitStatus = exitStatus.answered;

  /** `lists` is whether each file that is passed over is named on stderr. */
  constructor(invocation: Pick<Invocation, 'toolkit' | 'io' | 'global'>, lists: boolean) {
    this.#invocation = invocation;
    this.#lists = lists;
  }

  /** Files that were named come first, then what lies in folders. */
  async *dumps(
    paths: readonly string[],
    isRecursive: boolean,
  ): AsyncGenerator<DumpFiles, void, void> {
    for await (const dump of dumpsAmong(this.#invocation, this.#files(paths, isRecursive))) {
      const [file = ''] = dump.files;
      yield 'error' in dump && !dump.isFound && isFolder(file)
        ? { ...dump, error: new VmcorekitError('io', { file, because: folderAdvice }) }
        : dump;
    }
  }

  /** Counts the outcome of one dump. */
  count(status: ExitStatus): void {
    this.#dumpCount++;
    this.#raise(status);
  }

  /**
   * Says on stderr what was passed over. Returns the exit status: the highest of all dumps, and
   * `unanswered` where there was none.
   */
  async end(): Promise<ExitStatus> {
    const passedOver = this.#passedOverText();
    const { io, global } = this.#invocation;
    if (passedOver !== undefined && !global.quiet) {
      await complain(io, `vmcorekit: ${passedOver}\n`);
    }
    if (this.#dumpCount === 0) {
      this.#raise(exitStatus.unanswered);
    }
    return this.#worst;
  }

  /**
   * Whether an error says that a file which a walk met is no dump at all, and looks like none that
   * was damaged. It is counted then, and not told.
   */
  async passesOver({ isFound, files }: DumpFiles, error: unknown): Promise<boolean> {
    if (!isFound || !isVmcorekitError(error)) {
      return false;
    }
    const [path = ''] = files;
    if (isVmcorekitError(error, 'unknown-format') && error.facts.because === undefined) {
      await this.passedOver(path, 'no format claims it');
      return true;
    }
    if (!isVmcorekitError(error, 'unsupported') || error.facts.holds === undefined) {
      return false;
    }
    if (error.facts.holds === 'files') {
      this.#packedCount++;
      await this.#list(path, error.facts.what);
    } else {
      await this.passedOver(path, error.facts.what);
    }
    return true;
  }

  async passedOver(path: string, because: string): Promise<void> {
    this.#noDumpCount++;
    await this.#list(path, because);
  }

  async notSearched(path: string, cause: unknown): Promise<void> {
    const because = typeof cause === 'string' ? cause : systemReason(cause);
    this.#raise(exitStatus.unreadable);
    const text = `vmcorekit: ${printable(`${path}: not searched: ${because}`)}\n`;
    await complain(this.#invocation.io, text);
  }

  #raise(status: ExitStatus): void {
    this.#worst = status > this.#worst ? status : this.#worst;
  }

  /** `37 files are no dump (--verbose lists them)`. */
  #passedOverText(): string | undefined {
    const parts = [
      ...areText(this.#noDumpCount, 'no dump'),
      ...areText(this.#packedCount, 'packed (not looked into)'),
    ];
    return parts.length === 0
      ? undefined
      : parts.join('; ') + (this.#lists ? '' : ' (--verbose lists them)');
  }

  async *#files(
    paths: readonly string[],
    isRecursive: boolean,
  ): AsyncGenerator<NamedFile, void, void> {
    const folders = isRecursive ? paths.filter(isFolder) : [];
    for (const path of paths) {
      if (!folders.includes(path)) {
        yield { path, foundIn: null };
      }
    }
    for (const folder of folders) {
      yield* walkFolder(folder, this, this.#invocation.io.signal);
    }
  }

  async #list(path: string, because: string): Promise<void> {
    if (this.#lists) {
      await complain(this.#invocation.io, `vmcorekit: ${printable(`${path}: ${because}`)}\n`);
    }
  }
}

function areText(count: number, what: string): string[] {
  return count === 0 ? [] : [`${plural(count, 'file')} ${count === 1 ? 'is' : 'are'} ${what}`];
}

/** A symbolic link that the user named is followed. What cannot be asked is opened, and told. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
