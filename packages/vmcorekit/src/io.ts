import { alreadyExists, systemReason } from '@vmcorekit/core/system-reason';
import { UsageError } from './arguments/usage-error.ts';

/** The part of a stream that the commands use; the process's own, or a test's. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(chunk: string | Uint8Array, done: (error?: Error | null) => void): unknown;
}

/** Standard input, read once. */
export interface InputStream extends AsyncIterable<Uint8Array> {
  readonly isTTY?: boolean;
}

/** Everything the commands know of the world outside the files they read. */
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
   * How long a plug-in may take between two signs of life; 10 s unless given. A search has its own
   * limit.
   */
  readonly patienceInMilliseconds?: number;
  /** The time that a report bears, in milliseconds since 1970; the clock's unless given. */
  readonly now?: number;
}

/** The output itself could not be written; `cause` is the stream's own error. */
export class OutputError extends Error {
  override readonly name: string = 'OutputError';
  /** The reader of the output has gone: not an error, but the end. */
  readonly isBrokenPipe: boolean;

  constructor(cause: Error, hint: string = '') {
    super(`the output cannot be written: ${systemReason(cause)}${hint}`, { cause });
    this.isBrokenPipe = 'code' in cause && cause.code === 'EPIPE';
  }
}

/**
 * Writes, and waits until the stream has taken it: a slow reader slows the work, and does not fill
 * the memory. Rejects with `OutputError`.
 */
export function write(stream: OutputStream, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(chunk, (error) => (error == null ? resolve() : reject(new OutputError(error))));
  });
}

/**
 * Writes a message to stderr. If stderr takes nothing, that is ignored: there is no other place for
 * the message, and the exit status reports the failure too.
 */
export function complain(io: Pick<Io, 'stderr'>, text: string): Promise<void> {
  return new Promise((resolve) => {
    io.stderr.write(text, () => resolve());
  });
}

/**
 * Does work on the output; what it throws becomes `OutputError`. `replacedBy` is the option that
 * replaces a file that exists.
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

/** Writes a file of the user's own; what the operating system refuses becomes `UsageError`. */
export function asWritten(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${systemReason(error)}`, { cause: error });
  }
}
