import { type Dump, printable, systemReason, VmcorekitError } from '@vmcorekit/core';
import { flag, type OptionSpec } from '../arguments/option-spec.ts';
import type { Invocation } from '../command.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { complain, OutputError, write } from '../io.ts';
import { reportError } from '../terminal/report-error.ts';
import { type DumpFiles, dumpsAmong } from './dumps-of.ts';
import type { NamedFile } from './named-file.ts';
import type { BorrowedDump } from './open-one-dump.ts';
import { outermost } from './outermost.ts';
import { PassedOver } from './passed-over.ts';
import { isFolder, walkFolder } from './walk-folder.ts';

/** The option of commands that take many dumps. */
export const recursiveOption: OptionSpec<boolean> = flag(
  'search folders for dumps, and the folders in them',
  'r',
);

/** `--verbose` of a command that it does nothing else for. */
export const verboseWalk: OptionSpec<boolean> = flag('name each file that -r passes over', 'v');

const folderAdvice = 'is a folder: -r (--recursive) searches it for dumps';

/**
 * The dumps that a command line names, with `--recursive` also those in its folders, and the exit
 * status of all.
 */
export class ManyDumps {
  /** The files that a walk met and that are no dumps. */
  readonly passedOver: PassedOver;
  readonly #invocation: Pick<Invocation, 'toolkit' | 'io' | 'global' | 'here'>;
  #dumpCount = 0;
  #worst: ExitStatus = exitStatus.answered;

  /** `isVerbose` names on stderr each file that is passed over. */
  constructor(
    invocation: Pick<Invocation, 'toolkit' | 'io' | 'global' | 'here'>,
    isVerbose: boolean,
  ) {
    this.#invocation = invocation;
    this.passedOver = new PassedOver(invocation.io, isVerbose);
  }

  /**
   * The dumps. Files that the user named come first, then those in folders. If a dump is open
   * already, it is the only one.
   */
  async *dumps(
    paths: readonly string[],
    isRecursive: boolean,
  ): AsyncGenerator<DumpFiles, void, void> {
    const { here } = this.#invocation;
    if (here !== undefined) {
      const { dump } = here;
      const open = async () => dump;
      yield { files: dump.files, isFound: false, isKeptOpen: true, parts: [], open };
      return;
    }
    for await (const dump of dumpsAmong(this.#invocation, this.#files(paths, isRecursive))) {
      const [file = ''] = dump.files;
      yield 'error' in dump && !dump.isFound && isFolder(file)
        ? { ...dump, error: new VmcorekitError('io', { file, because: folderAdvice }) }
        : dump;
    }
  }

  /**
   * Does the same work with each dump, and returns the exit status. A dump that cannot be opened is
   * reported, and the others go on. Answers for people have an empty line between them. Rejects
   * if the output takes no more.
   */
  async each(
    paths: readonly string[],
    isRecursive: boolean,
    work: (dump: Dump) => Promise<ExitStatus>,
  ): Promise<ExitStatus> {
    const { io, global } = this.#invocation;
    let isFirst = true;
    for await (const dumpFiles of this.dumps(paths, isRecursive)) {
      io.signal.throwIfAborted();
      try {
        using opened = await openOf(dumpFiles);
        if (!isFirst && !global.json) {
          await write(io.stdout, '\n');
        }
        isFirst = false;
        this.count(await work(opened.dump));
      } catch (error) {
        if (io.signal.aborted || error instanceof OutputError) {
          throw error;
        }
        if (!(await this.passedOver.addIfNoDump(dumpFiles, error))) {
          const { json, debug } = global;
          this.count(await reportError(io, error, { json, debug, files: dumpFiles.files }));
        }
      }
    }
    return await this.end();
  }

  /** Counts the exit status of one dump. */
  count(status: ExitStatus): void {
    this.#dumpCount++;
    this.#raise(status);
  }

  /**
   * Says on stderr what was passed over. Returns the highest exit status of all dumps, and at least
   * `unanswered` if there was no dump.
   */
  async end(): Promise<ExitStatus> {
    const text = this.passedOver.text();
    const { io, global } = this.#invocation;
    if (text !== undefined && !global.quiet) {
      await complain(io, `vmcorekit: ${text}\n`);
    }
    if (this.#dumpCount === 0) {
      this.#raise(exitStatus.unanswered);
    }
    return this.#worst;
  }

  async *#files(
    paths: readonly string[],
    isRecursive: boolean,
  ): AsyncGenerator<NamedFile, void, void> {
    const folders = new Set(isRecursive ? paths.filter(isFolder) : []);
    for (const path of paths) {
      if (!folders.has(path)) {
        yield { path, foundIn: null };
      }
    }
    const listener = {
      passedOver: (path: string, because: string) => this.passedOver.add(path, because),
      notSearched: (path: string, cause: unknown) => this.#notSearched(path, cause),
    };
    for (const folder of outermost([...folders])) {
      yield* walkFolder(folder, listener, this.#invocation.io.signal);
    }
  }

  async #notSearched(path: string, cause: unknown): Promise<void> {
    const because = typeof cause === 'string' ? cause : systemReason(cause);
    this.#raise(exitStatus.unreadable);
    const text = printable(`${path}: not searched: ${because}`);
    await complain(this.#invocation.io, `vmcorekit: ${text}\n`);
  }

  #raise(status: ExitStatus): void {
    this.#worst = status > this.#worst ? status : this.#worst;
  }
}

/** Opens a dump; throws what is wrong with its files. */
export async function openOf(dumpFiles: DumpFiles): Promise<BorrowedDump> {
  if ('error' in dumpFiles) {
    throw dumpFiles.error;
  }
  const dump = await dumpFiles.open();
  return {
    dump,
    [Symbol.dispose]: dumpFiles.isKeptOpen === true ? () => {} : () => dump[Symbol.dispose](),
  };
}
