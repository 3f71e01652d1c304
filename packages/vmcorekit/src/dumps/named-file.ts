import { existsSync } from 'node:fs';
import { isUrl } from '@vmcorekit/core';

/** A file that may be a dump, and where its name comes from. */
export interface NamedFile {
  readonly path: string;
  /** The folder in which a walk met it; null if the user named it. */
  readonly foundIn: string | null;
}

/** Whether an operand names a file: one that is here, or an address. */
export function isNamedFile(operand: string): boolean {
  return isUrl(operand) || existsSync(operand);
}

/** The files of a command line. */
export function* namedFiles(paths: readonly string[]): Generator<NamedFile, void, void> {
  for (const path of paths) {
    yield { path, foundIn: null };
  }
}

/** Files in order. The next one can be looked at before it is taken. */
export class FileQueue {
  readonly #files: AsyncGenerator<NamedFile, void, void>;
  #next: Promise<IteratorResult<NamedFile, void>> | undefined;

  constructor(files: Iterable<NamedFile> | AsyncIterable<NamedFile>) {
    this.#files = inTurn(files);
  }

  async peek(): Promise<NamedFile | undefined> {
    this.#next ??= this.#files.next();
    const next = await this.#next;
    return next.done === true ? undefined : next.value;
  }

  async take(): Promise<NamedFile | undefined> {
    const file = await this.peek();
    if (file !== undefined) {
      this.#next = undefined;
    }
    return file;
  }

  /** Ends the walk that the files come from. */
  async close(): Promise<void> {
    await this.#files.return();
  }
}

async function* inTurn(
  files: Iterable<NamedFile> | AsyncIterable<NamedFile>,
): AsyncGenerator<NamedFile, void, void> {
  yield* files;
}
