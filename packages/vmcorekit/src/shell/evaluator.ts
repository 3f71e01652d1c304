import { type REPLServer, Recoverable } from 'node:repl';
import { PassThrough, Writable } from 'node:stream';
import { setImmediate as nextTurn, setTimeout } from 'node:timers/promises';
import { inspect, types } from 'node:util';
import type { Io } from '../io.ts';
import { columnsOf } from '../terminal/style.ts';
import type { OpenShell } from './open-shell.ts';
import { isCutOff, startRepl, withoutListeners } from './repl.ts';
import { shown } from './shown.ts';

/** How long the end of a script waits for promises that no line awaited. */
const patienceInMilliseconds = 1000;
const stepInMilliseconds = 10;

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
  /** Whether an error came that no line threw: of a promise that no line awaited. */
  #isRejected = false;
  /** Values of lines that were pending then. */
  #promises: Promise<unknown>[] = [];
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
    this.#isCut = false;
    this.#code += `${line}\n`;
    const failure = await new Promise<{ readonly value?: unknown; readonly error?: unknown }>(
      (done) => {
        this.#onFailed = () => {
          this.#isRejected = true;
          done({ error: undefined });
        };
        // Not within a microtask: those of the line run then, and Ctrl-C ends them.
        setImmediate(() =>
          withoutListeners(() =>
            this.#server.eval(this.#code, this.#server.context, 'shell', (error, value: unknown) =>
              done(error === null ? { value } : { error }),
            ),
          ),
        );
      },
    );
    if ('error' in failure && failure.error instanceof Recoverable) {
      return { output: '', isFailed: false, isCutOff: false };
    }
    this.#code = '';
    // Node says after the line which promises were rejected.
    await nextTurn();
    const { output, isFailed } = this.#taken();
    if ('error' in failure) {
      const text = failure.error === undefined ? '' : `${this.#text(failure.error)}\n`;
      return {
        output: this.#isCut ? 'vmcorekit: ended by Ctrl-C\n' : output + text,
        isFailed: true,
        isCutOff: this.#isCut,
      };
    }
    const { value } = failure;
    if (isPending(value)) {
      this.#promises = [...this.#promises.filter(isPending), value];
    }
    const text = value === undefined || isFailed ? '' : `${this.#text(value)}\n`;
    return { output: output + text, isFailed, isCutOff: false };
  }

  /** Waits a moment for the promises that no line awaited, and says what came of them. */
  async settle(): Promise<Evaluation> {
    for (let waited = 0; waited < patienceInMilliseconds; waited += stepInMilliseconds) {
      if (!this.#promises.some(isPending)) {
        break;
      }
      await setTimeout(stepInMilliseconds);
    }
    return { ...this.#taken(), isCutOff: false };
  }

  /** What was written since it was last asked. */
  #taken(): { readonly output: string; readonly isFailed: boolean } {
    const taken = { output: this.#output, isFailed: this.#isRejected };
    this.#output = '';
    this.#isRejected = false;
    return taken;
  }

  #text(value: unknown): string {
    return shown(value, columnsOf(this.#io.stdout, this.#io.env));
  }

  [Symbol.dispose](): void {
    this.#server.close();
  }
}

/** Asked in a way that does not count as handling a rejection. */
function isPending(value: unknown): value is Promise<unknown> {
  return types.isPromise(value) && /^Promise \{\s*<pending>/.test(inspect(value, { depth: 0 }));
}
