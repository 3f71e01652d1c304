import type { Dump, Kernel } from '@vmcorekit/core';
import type { CurrentTask, ShellContext, ShellWord } from '@vmcorekit/shell';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { runHere } from '../here/run-here.ts';
import type { Io, OutputStream } from '../io.ts';
import type { OpenShell } from './open-shell.ts';

/** What the words of a shell run with. */
export class WordContext implements ShellContext {
  readonly #shell: OpenShell;
  readonly #io: Io;
  #status: ExitStatus = exitStatus.answered;

  constructor(shell: OpenShell, io: Io) {
    this.#shell = shell;
    this.#io = io;
  }

  get dump(): Dump {
    return this.#shell.here.dump;
  }

  get kernel(): Kernel {
    return this.#shell.kernel;
  }

  get current(): CurrentTask {
    return this.#shell.current;
  }

  get signal(): AbortSignal {
    return this.#io.signal;
  }

  get words(): readonly ShellWord[] {
    return this.#shell.words;
  }

  /** The highest exit status of the commands so far. */
  get status(): ExitStatus {
    return this.#status;
  }

  async outputOf(args: readonly string[]): Promise<string> {
    const chunks: Uint8Array[] = [];
    const stdout: OutputStream = {
      write(chunk, done) {
        chunks.push(Buffer.from(chunk));
        done();
      },
    };
    const status = await runHere(args, { ...this.#io, stdout }, this.#shell.here);
    this.#status = status > this.#status ? status : this.#status;
    return Buffer.concat(chunks).toString('utf8');
  }
}
