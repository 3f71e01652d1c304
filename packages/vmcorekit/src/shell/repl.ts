import { Console } from 'node:console';
import { writeSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { type REPLServer, type ReplOptions, start } from 'node:repl';
import { type Readable, Writable } from 'node:stream';
import { createContext, runInContext } from 'node:vm';
import { printableLine } from '@vmcorekit/core';
import { exitStatus } from '../exit-status.ts';
import type { Io } from '../io.ts';
import { columnsOf } from '../terminal/style.ts';
import { shellGlobals } from './globals.ts';
import type { OpenShell } from './open-shell.ts';
import { refusalOf, refuseBareImports } from './refuse-bare-imports.ts';
import { shown } from './shown.ts';

/** Lines of history that are kept. */
const historySize = 1000;

export interface ReplStreams {
  readonly input: Readable;
  readonly output: Writable;
  readonly isTerminal: boolean;
  readonly prompt: string;
  /** Called for each value, before it is shown. */
  readonly onValue: (value: unknown) => void;
}

/**
 * Node's own loop for JavaScript, with the names of the shell. Node runs no file of the working
 * folder in it: `require` and `import()` take Node's modules and paths alone.
 */
export function startRepl(shell: OpenShell, io: Io, streams: ReplStreams): REPLServer {
  const { input, output, isTerminal, prompt, onValue } = streams;
  // The types of Node lack `historySize`.
  const options: ReplOptions & { readonly historySize: number } = {
    input,
    output,
    terminal: isTerminal,
    prompt,
    historySize,
    // A preview would run each line before it is sent.
    preview: false,
    ignoreUndefined: true,
    breakEvalOnSigint: true,
    writer: (value: unknown) => {
      onValue(value);
      return shown(value, columnsOf(io.stdout, io.env));
    },
  };
  const server = start(options);
  const { eval: evaluate } = server;
  Object.assign(server, {
    eval(...[code, place, file, done]: Parameters<REPLServer['eval']>) {
      refuseBareImports();
      let ended: Parameters<typeof done> | undefined;
      let isRunning = true;
      evaluate.call(server, code, place, file, (...result: Parameters<typeof done>) => {
        if (isRunning) {
          ended = result;
        } else {
          done(...result);
        }
      });
      isRunning = false;
      if (ended !== undefined) {
        runMicrotasks(input);
        done(...ended);
      }
    },
  });
  bind(server, shell, io.folder);
  server.on('reset', () => bind(server, shell, io.folder));
  return server;
}

/**
 * Runs work with no listener for SIGINT. Removing the last one, as `vm` does within Node's loop,
 * takes the signal from the loop's own watchdog, and Ctrl-C then ends the process (Node 20.20).
 */
export function withoutListeners(work: () => void): void {
  const listeners = process.listeners('SIGINT');
  process.removeAllListeners('SIGINT');
  try {
    work();
  } finally {
    for (const listener of listeners) {
      process.on('SIGINT', listener);
    }
  }
}

const emptying = createContext({
  // oxlint-disable-next-line no-underscore-dangle -- the name is Node's
  empty: () => (process as { readonly _tickCallback?: () => void })._tickCallback?.(),
});

/**
 * Runs the microtasks of a line. Node runs them after it, where no signal ends those that never
 * end. Here Ctrl-C ends the process: Node's own records of them are torn then, and it would abort
 * (Node 20.20). Has no effect within a microtask.
 */
function runMicrotasks(input: Readable): void {
  const terminal = input as { readonly isRaw?: boolean; setRawMode?: (isRaw: boolean) => void };
  const isRaw = terminal.isRaw === true;
  // A raw terminal makes no signal of Ctrl-C.
  if (isRaw) {
    terminal.setRawMode?.(false);
  }
  try {
    runInContext('empty()', emptying, { breakOnSigint: true });
  } catch (error) {
    if (!isCutOff(error)) {
      throw error;
    }
    writeSync(process.stderr.fd, 'vmcorekit: ended by Ctrl-C, within promises that never end\n');
    process.exit(exitStatus.interrupted);
  }
  if (isRaw) {
    terminal.setRawMode?.(true);
  }
}

/** Whether a value is the error of JavaScript that Ctrl-C ended, perhaps while it read the dump. */
export function isCutOff(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'code' in value &&
    value.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED'
  );
}

function bind(server: REPLServer, shell: OpenShell, folder: string): void {
  const { context } = server;
  for (const [name, get] of Object.entries(shellGlobals(shell))) {
    Object.defineProperty(context, name, { get, enumerable: true, configurable: true });
  }
  const printed = printableStream(server.output);
  Object.defineProperty(context, 'console', {
    value: new Console({ stdout: printed, stderr: printed }),
    configurable: true,
    writable: true,
  });
  const required = createRequire(resolve(folder, 'shell.js'));
  const require = (name: string): unknown => {
    if (isBuiltin(name) || isAbsolute(name) || /^\.{1,2}\//.test(name)) {
      return required(name);
    }
    throw new Error(refusalOf('require', name));
  };
  Object.defineProperty(context, 'require', { value: require, configurable: true, writable: true });
  // Its `require` searches the folders near here.
  Reflect.deleteProperty(context, 'module');
}

/** For `console`: text of the dump must not control the terminal. */
function printableStream(output: NodeJS.WritableStream): Writable {
  return new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      output.write(String(chunk).split('\n').map(printableLine).join('\n'));
      done();
    },
  });
}
