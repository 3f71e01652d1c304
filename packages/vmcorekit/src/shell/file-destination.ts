import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { exitStatus } from '../exit-status.ts';
import { asOutputError, OutputError } from '../io.ts';
import type { OpenDestination } from './open-destination.ts';

/** How often a named pipe is tried that has no reader, and one that its reader lets fill. */
const [openEveryMilliseconds, writeEveryMilliseconds] = [50, 5];

/**
 * A file for an answer. It is opened when the first bytes come, so a refused line leaves it as it
 * was. A named pipe waits for its reader. `signal` ends every wait.
 */
export function fileDestination(
  path: string,
  isAppended: boolean,
  signal: AbortSignal,
): OpenDestination {
  asOutputError(() => accessSync(existsSync(path) ? path : dirname(path), constants.W_OK));
  let file: Promise<number> | undefined;
  const append = async (bytes: Uint8Array): Promise<Error | null> => {
    try {
      file ??= openWhenRead(path, isAppended, signal);
      await writeAll(await file, bytes, signal);
      return null;
    } catch (error) {
      return error as Error;
    }
  };
  return {
    stdout: {
      async write(chunk, done) {
        done(await append(Buffer.from(chunk)));
      },
    },
    async end(status) {
      const hasAnswer = status === exitStatus.answered || status === exitStatus.unanswered;
      if (file === undefined && hasAnswer) {
        const error = await append(new Uint8Array());
        if (error !== null) {
          throw new OutputError(error);
        }
      }
      // Where it could not be opened, the writer has the error.
      const open = await file?.catch(() => undefined);
      if (open !== undefined) {
        closeSync(open);
      }
    },
  };
}

/** Rejects with the error of the system, or where `signal` fires before a named pipe is read. */
async function openWhenRead(
  path: string,
  isAppended: boolean,
  signal: AbortSignal,
): Promise<number> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = constants;
  const noWait = constants.O_NONBLOCK ?? 0;
  const flags = O_WRONLY | O_CREAT | noWait | (isAppended ? O_APPEND : O_TRUNC);
  for (;;) {
    try {
      return openSync(path, flags, 0o666);
    } catch (error) {
      if (!hasCode(error, 'ENXIO') || !statSync(path).isFIFO()) {
        throw error;
      }
    }
    await setTimeout(openEveryMilliseconds, undefined, { signal });
  }
}

async function writeAll(file: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(file, bytes, at);
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) {
        throw error;
      }
      await setTimeout(writeEveryMilliseconds, undefined, { signal });
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
