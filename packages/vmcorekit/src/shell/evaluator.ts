import { type REPLServer, Recoverable } from 'node:repl';
import { PassThrough, Writable } from 'node:stream';
import type { Io } from '../io.ts';
import { columnsOf } from '../terminal/style.ts';
import type { OpenShell } from './open-shell.ts';
import { isCutOff, startRepl, withoutListeners } from './repl.ts';
import { shown } from './shown.ts';

/** What a line of JavaScript did. */
export interface Evaluation {
  /** The value, or the error, as text with an end of line; empty for `undefined`. */
  readonly output: string;
  readonly isFailed: boolean;
  /** Whether Ctrl-C ended it. */
  readonly isCutOff: boolean;
}

/** Runs JavaScript line by line, as Node's loop does, with no terminal. */
export class Evaluator implements Disposable {
  readonly #server: REPLServer;
  readonly #io: Io;
  #output = '';
  #code = '';
  #isCut = false;
  #onFailed: () => void = () => {};

  constructor(shell: OpenShell, io: Io) {
    this.#io = io;
    const output = new Writable({
      write: (chunk, _encoding, done) => {
        this.#output += String(chunk);
        done();
      },
    });
    this.#server = startRepl(shell, io, {
      input: new PassThrough(),
      output,
      isTerminal: false,
      prompt: '',
      onValue: (value) => {
        this.#isCut ||= isCutOff(value);
      },
    });
    // Node's loop writes an error, and then the prompt.
    this.#server.displayPrompt = () => this.#onFailed();
  }

  /** Whether the lines so far are the beginning of an expression. */
  get isWaiting(): boolean {
    return this.#code !== '';
  }

  async run(line: string): Promise<Evaluation> {
    this.#output = '';
    this.#isCut = false;
    this.#code += `${line}\n`;
    const failure = await new Promise<{ readonly value?: unknown; readonly error?: unknown }>(
      (done) => {
        this.#onFailed = () => done({ error: undefined });
        withoutListeners(() =>
          this.#server.eval(this.#code, this.#server.context, 'shell', (error, value: unknown) =>
            done(error === null ? { value } : { error }),
          ),
        );
      },
    );
    if ('error' in failure && failure.error instanceof Recoverable) {
      return { output: '', isFailed: false, isCutOff: false };
    }
    this.#code = '';
    if ('error' in failure) {
      const text = failure.error === undefined ? '' : `${this.#text(failure.error)}\n`;
      return {
        output: this.#isCut ? 'vmcorekit: ended by Ctrl-C\n' : this.#output + text,
        isFailed: true,
        isCutOff: this.#isCut,
      };
    }
    const { value } = failure;
    return {
      output: this.#output + (value === undefined ? '' : `${this.#text(value)}\n`),
      isFailed: false,
      isCutOff: false,
    };
  }

  #text(value: unknown): string {
    return shown(value, columnsOf(this.#io.stdout, this.#io.env));
  }

  [Symbol.dispose](): void {
    this.#server.close();
  }
}
