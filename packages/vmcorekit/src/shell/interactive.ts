import { basename } from 'node:path';
import type { REPLServer } from 'node:repl';
import type { Readable, Writable } from 'node:stream';
import { printable, shownName } from '@vmcorekit/core';
import { completeLine } from '@vmcorekit/shell';
import { complain, type Io } from '../io.ts';
import { letGoOfLostTerminal } from '../terminal/lost-terminal.ts';
import { completionSources } from './completion-sources.ts';
import type { OpenShell } from './open-shell.ts';
import { readShellLine, shellCommands } from './read-shell-line.ts';
import { isCutOff, startRepl, withoutListeners } from './repl.ts';
import { type LineRunner, runLine } from './run-line.ts';

const maxNameInPrompt = 24;

type Evaluate = REPLServer['eval'];

/** Reads lines from the terminal until the user leaves. `history` is a file; undefined for none. */
export async function interact(runner: LineRunner, history: string | undefined): Promise<void> {
  const { shell, io } = runner;
  letGoOfLostTerminal();
  // One that comes just after an expression ended is none for the process.
  using _ = io.catchInterrupts?.(() => {});
  const session = new Session(runner);
  const server = startRepl(shell, io, {
    input: io.stdin as unknown as Readable,
    output: io.stdout as unknown as Writable,
    isTerminal: true,
    prompt: promptOf(shell),
    onValue: (value) => session.watch(value),
  });
  session.take(server);
  await completeWith(server, shell, io);
  if (history !== undefined) {
    await new Promise<void>((done) => server.setupHistory(history, () => done()));
  }
  await new Promise<void>((done) => server.on('exit', done));
}

/** Names the dump. */
function promptOf({ here }: OpenShell): string {
  const name = printable(basename(shownName(here.paths[0] ?? 'dump')));
  return `${name.length > maxNameInPrompt ? `${name.slice(0, maxNameInPrompt - 1)}…` : name}> `;
}

/** Puts commands in front of Node's loop for JavaScript. */
class Session {
  readonly #runner: LineRunner;
  readonly #commands: readonly string[];
  /** Lines that came while a command ran. */
  readonly #waiting: string[] = [];
  #isBusy = false;
  #isCut = false;

  constructor(runner: LineRunner) {
    this.#runner = runner;
    this.#commands = shellCommands(runner.shell);
  }

  /** Notes that Ctrl-C ended JavaScript, perhaps while it read the dump. */
  watch(value: unknown): void {
    this.#isCut ||= isCutOff(value);
  }

  take(server: REPLServer): void {
    const own: Evaluate = server.eval;
    const evaluate: Evaluate = (code, context, file, done) => {
      const line = readShellLine(code, this.#commands);
      if (!(line instanceof Error)) {
        if (line.kind === 'javascript') {
          withoutListeners(() => own.call(server, code, context, file, done));
          return;
        }
        if (line.kind === 'leave') {
          server.close();
          return;
        }
        if (line.kind === 'nothing') {
          done(null, undefined);
          return;
        }
      }
      void this.#busy(server, async () => {
        await (line instanceof Error
          ? complain(this.#runner.io, `vmcorekit: ${line.message}\n`)
          : runLine(this.#runner, line));
        done(null, undefined);
      });
    };
    Object.assign(server, { eval: evaluate });
    this.#queueLines(server);
    this.#reopenWhenCut(server);
  }

  /** Leaves the terminal to a command, then takes the lines that came meanwhile. */
  async #busy(server: REPLServer, work: () => Promise<unknown>): Promise<void> {
    this.#isBusy = true;
    server.pause();
    setRaw(server, false);
    try {
      await work();
    } finally {
      this.#isBusy = false;
      setRaw(server, true);
      server.resume();
      while (!this.#isBusy && this.#waiting.length > 0) {
        server.emit('line', this.#waiting.shift() ?? '');
      }
    }
  }

  #queueLines(server: REPLServer): void {
    const listeners = server.listeners('line') as ((line: string) => void)[];
    server.removeAllListeners('line');
    server.on('line', (line: string) => {
      if (this.#isBusy) {
        this.#waiting.push(line);
        return;
      }
      for (const listener of listeners) {
        listener.call(server, line);
      }
    });
  }

  #reopenWhenCut(server: REPLServer): void {
    const display = server.displayPrompt.bind(server);
    server.displayPrompt = (preserveCursor) => {
      if (!this.#isCut) {
        display(preserveCursor);
        return;
      }
      this.#isCut = false;
      void this.#busy(server, async () => {
        const { shell, io } = this.#runner;
        await complain(io, 'vmcorekit: ended by Ctrl-C; the dump is opened again\n');
        try {
          await shell.reopen();
        } catch (error) {
          const because = error instanceof Error ? error.message : String(error);
          await complain(io, `vmcorekit: ${printable(because)}\n`);
          server.close();
          return;
        }
        display(preserveCursor);
      });
    };
  }
}

function setRaw({ input }: REPLServer, isRaw: boolean): void {
  (input as { setRawMode?: (isRaw: boolean) => void }).setRawMode?.(isRaw);
}

async function completeWith(server: REPLServer, shell: OpenShell, io: Io): Promise<void> {
  const own = server.completer as (
    line: string,
    done: (error: null, found: unknown) => void,
  ) => void;
  const sources = await completionSources(shell, io, server);
  Object.assign(server, {
    completer: (line: string, done: (error: null, found: unknown) => void) => {
      try {
        const found = completeLine(line, sources);
        if (found !== undefined) {
          done(null, [found.words, found.replaced]);
          return;
        }
      } catch {
        // A key press is no place for an error of the dump.
        done(null, [[], line]);
        return;
      }
      own.call(server, line, (_error, found) => {
        const [words = [], replaced = line] = (found ?? []) as [string[]?, string?];
        done(null, [words.filter((word) => printable(word) === word), replaced]);
      });
    },
  });
}
