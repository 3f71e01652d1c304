import { onSignalWhileReading } from '@vmcorekit/source-http/signals';
import { exitStatus } from './exit-status.ts';
import { run } from './run.ts';
import { standardOutput } from './standard-output.ts';

const interruption = new AbortController();
/** Gets Ctrl-C while there is one; the last goes first. */
const interruptHandlers: (() => void)[] = [];

// Listeners (the progress line, an unfinished output file) tidy up at once. All other open files
// are only read.
for (const [signal, status] of [
  ['SIGINT', exitStatus.interrupted],
  ['SIGTERM', exitStatus.terminated],
  ['SIGHUP', exitStatus.hungUp],
] as const) {
  const end = (): void => {
    interruption.abort();
    process.exit(status);
  };
  if (signal === 'SIGINT') {
    process.on(signal, () => (interruptHandlers.at(-1) ?? end)());
  } else {
    process.on(signal, end);
    onSignalWhileReading(signal, end);
  }
}

// The writer gets a stream's error through its callback. Without a listener, the error would end
// the process with a stack trace.
const stdout = standardOutput(process.stdout, 1);
for (const stream of [stdout, process.stderr]) {
  stream.on('error', () => {});
}

// No top-level await: the bundle is CommonJS, for its start-up.
void run(process.argv.slice(2), {
  // Opened only if it is asked for.
  get stdin() {
    return process.stdin;
  },
  stdout,
  stderr: process.stderr,
  env: process.env,
  folder: process.cwd(),
  signal: interruption.signal,
  catchInterrupts: (handler) => {
    interruptHandlers.push(handler);
    return {
      [Symbol.dispose]: () => {
        interruptHandlers.splice(interruptHandlers.lastIndexOf(handler), 1);
      },
    };
  },
}).then(
  (status) => {
    process.exitCode = status;
  },
  // A fault of `run` itself. Node would exit with 1, which means that there is no answer.
  (error) => {
    process.stderr.write(
      `vmcorekit: internal error: ${error instanceof Error ? error.message : 'unknown error'}\n`,
    );
    process.exitCode = exitStatus.unreadable;
  },
);
