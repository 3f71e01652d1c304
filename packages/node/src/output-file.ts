import { randomBytes } from 'node:crypto';
import { linkSync, lstatSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { alreadyExists, type ByteSink, VmcorekitError } from '@vmcorekit/core';
import { FileSink } from './file-sink.ts';
import { withIoErrors } from './io-errors.ts';

/** Owner only, as makedumpfile writes: memory holds secrets. */
const mode = 0o600;

/**
 * A file that appears whole or not at all. It is written under a temporary name beside its own.
 * `commit` syncs and renames it; disposal without `commit` removes it. Throws `io` where the
 * operating system refuses, where the file exists and may not be replaced, and where the name
 * belongs to something other than a file (a device, a folder).
 */
export class OutputFile implements ByteSink, Disposable {
  readonly isSequential: boolean = false;
  readonly name: string;
  readonly #mayReplace: boolean;
  readonly #temporary: string;
  readonly #sink: FileSink;
  #isDone: boolean = false;

  constructor(path: string, mayReplace: boolean = false) {
    this.name = replaceable(path, mayReplace);
    this.#mayReplace = mayReplace;
    this.#temporary = `${this.name}.${randomBytes(4).toString('hex')}.part`;
    refuseMissingFolder(this.name);
    this.#sink = new FileSink(this.#temporary, mode, this.name);
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    this.#sink.writeAt(offset, bytes);
  }

  /** Gives the file its name, once its bytes are safe on the disk. */
  commit(): void {
    this.#sink.sync();
    this.#sink[Symbol.dispose]();
    const temporary = this.#temporary;
    withIoErrors(this.name, () =>
      this.#mayReplace ? renameSync(temporary, this.name) : renameToNew(temporary, this.name),
    );
    this.#isDone = true;
  }

  [Symbol.dispose](): void {
    this.#sink[Symbol.dispose]();
    if (!this.#isDone) {
      this.#isDone = true;
      rmSync(this.#temporary, { force: true });
    }
  }
}

/** Renames without replacing anything, even where the name was taken meanwhile. */
function renameToNew(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EEXIST') {
      throw error;
    }
    // For file systems without hard links.
    refuseExisting(path);
    renameSync(temporary, path);
    return;
  }
  rmSync(temporary, { force: true });
}

/** The path to write, with links followed. Throws as `OutputFile` does, and changes nothing. */
export function replaceable(path: string, mayReplace: boolean): string {
  const entry = withIoErrors(path, () => lstatSync(path, { throwIfNoEntry: false }));
  if (entry === undefined) {
    return path;
  }
  if (!mayReplace) {
    refuseExisting(path);
  }
  const target = withIoErrors(path, () => realpathSync(path));
  if (!withIoErrors(path, () => statSync(target)).isFile()) {
    throw new VmcorekitError('io', {
      file: path,
      because: 'is not a regular file, so nothing is put in its place',
    });
  }
  return target;
}

/** Otherwise "no such file" would name the file to write, not the missing folder. */
function refuseMissingFolder(path: string): void {
  const folder = dirname(path);
  if (withIoErrors(path, () => statSync(folder, { throwIfNoEntry: false })) === undefined) {
    throw new VmcorekitError('io', { file: path, because: `there is no folder ${folder}` });
  }
}

function refuseExisting(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) {
    throw new VmcorekitError('io', { file: path, because: alreadyExists });
  }
}
