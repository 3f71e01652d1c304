import { Console } from 'node:console';
import { createRequire, isBuiltin } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { type REPLServer, type ReplOptions, start } from 'node:repl';
import { type Readable, Writable } from 'node:stream';
import { printableLine } from '@vmcorekit/core';
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
    eval(...line: Parameters<REPLServer['eval']>) {
      refuseBareImports();
      evaluate.apply(server, line);
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
