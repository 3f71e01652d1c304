import type { Progress } from '@vmcorekit/core';
import { alreadyExists, systemReason } from '@vmcorekit/core/system-reason';
import { UsageError } from './arguments/usage-error.ts';

/** The part of a stream that commands use. It belongs to the process, or to a test. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(chunk: string | Uint8Array, done: (error?: Error | null) => void): unknown;
}

/** Standard input, read once. */
export interface InputStream extends AsyncIterable<Uint8Array> {
  readonly isTTY?: boolean;
}

/** Everything that commands use of the outside world, apart from files. */
export interface Io {
  readonly stdin?: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory, absolute. */
  readonly folder: string;
  /** Fires on Ctrl-C, and on other signals that end the process. */
  readonly signal: AbortSignal;
  /**
   * Gives Ctrl-C to a handler until the result is disposed of. The process does not end then, and
   * `signal` does not fire. Absent where Ctrl-C cannot be caught.
   */
  readonly catchInterrupts?: (handler: () => void) => Disposable;
  /**
   * How long a plug-in may take between two reports of progress; 10 s unless given. A search has
   * its own limit.
   */
  readonly patienceInMilliseconds?: number;
  /** Gets each step of long work, for a caller that shows progress in its own way. */
  readonly onProgress?: (progress: Progress) => void;
  /** The time of a report, in milliseconds since 1970; the clock's unless given. */
  readonly now?: number;
}

/** The output could not be written. `cause` is the error of the stream. */
export class OutputError extends Error {
  override readonly name: string = 'OutputError';
  /** Whether the reader of the output has gone. The command then ends without an error. */
  readonly isBrokenPipe: boolean;

  constructor(cause: Error, hint: string = '') {
    super(`the output cannot be written: ${systemReason(cause)}${hint}`, { cause });
    this.isBrokenPipe = 'code' in cause && cause.code === 'EPIPE';
  }
}

/**
 * Writes, and waits until the stream has taken it. So a slow reader slows the work, and memory does
 * not fill. Rejects with `OutputError`.
 */
export function write(stream: OutputStream, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error == null ? resolve() : reject(new OutputError(error))));
  });
}

/**
 * Writes a message to stderr. Ignores it if stderr takes nothing: the message has no other place,
 * and the exit status reports the failure too.
 */
export function complain(io: Pick<Io, 'stderr'>, text: string): Promise<void> {
  return new Promise((resolve) => {
    io.stderr.write(text, () => resolve());
  });
}

/**
 * Does work on the output, and turns its errors into `OutputError`. `replacedBy` is the option that
 * replaces an existing file.
 */
export function asOutputError<Result>(work: () => Result, replacedBy?: string): Result {
  try {
    return work();
  } catch (error) {
    const mayBe =
      replacedBy !== undefined && error instanceof Error && error.message.endsWith(alreadyExists);
    throw error instanceof Error
      ? new OutputError(error, mayBe ? ` (${replacedBy} replaces it)` : '')
      : error;
  }
}

/** Writes a file of the user. Errors of the operating system become `UsageError`. */
export function asWritten(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${systemReason(error)}`, { cause: error });
  }
}
