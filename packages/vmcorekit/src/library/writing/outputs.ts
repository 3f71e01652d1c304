import { rmSync } from 'node:fs';
import type { ByteSink } from '@vmcorekit/core';
import { OutputFile } from '@vmcorekit/node';

/** Where a dump, or a part of it, is written. */
export interface Output extends Disposable {
  readonly path: string;
  readonly sink: ByteSink;
  /** The end of the highest byte written. */
  readonly sizeInBytes: number;
  /** To be awaited between steps of the work. */
  beforeNextStep(): Promise<void> | undefined;
  /** Everything was written. */
  commit(): Promise<void>;
  /** Removes a committed file, because another file of the dump could not be committed. */
  withdraw(): void;
}

/**
 * The files of one dump: all appear, or none. Without `commit`, disposing them leaves no file.
 */
export class Outputs implements Disposable {
  readonly files: readonly Output[];

  constructor(paths: readonly string[], openOutput: (path: string) => Output) {
    const files: Output[] = [];
    this.files = files;
    try {
      for (const path of paths) {
        files.push(openOutput(path));
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** To be awaited between steps of the work. */
  beforeNextStep(): Promise<void> | undefined {
    const waits = this.files
      .map((file) => file.beforeNextStep())
      .filter((wait) => wait !== undefined);
    return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
  }

  async commit(): Promise<void> {
    const committed: Output[] = [];
    try {
      for (const file of this.files) {
        await file.commit();
        committed.push(file);
      }
    } catch (error) {
      for (const file of committed) {
        file.withdraw();
      }
      throw error;
    }
  }

  [Symbol.dispose](): void {
    for (const file of this.files) {
      file[Symbol.dispose]();
    }
  }
}

/** How a file is written. */
export interface FileOutputOptions {
  readonly mayReplace: boolean;
  /** Removes the unfinished file at once. */
  readonly signal?: AbortSignal | undefined;
  /** Runs work that may fail at the file, and may replace its error. */
  readonly attempt?: <Result>(work: () => Result) => Result;
}

/** A file that appears only when it is complete. Throws `io`, through `attempt`. */
export class FileOutput implements Output, ByteSink {
  readonly isSequential: boolean = false;
  readonly path: string;
  sizeInBytes: number = 0;
  readonly #file: OutputFile;
  readonly #signal: AbortSignal | undefined;
  readonly #attempt: <Result>(work: () => Result) => Result;
  readonly #abandon: () => void = () => this.#file[Symbol.dispose]();

  constructor(path: string, { mayReplace, signal, attempt = (work) => work() }: FileOutputOptions) {
    this.path = path;
    this.#signal = signal;
    this.#attempt = attempt;
    this.#file = attempt(() => new OutputFile(path, mayReplace));
    signal?.addEventListener('abort', this.#abandon);
  }

  get sink(): ByteSink {
    return this;
  }

  writeAt(offset: number, bytes: Uint8Array): void {
    this.#attempt(() => this.#file.writeAt(offset, bytes));
    this.sizeInBytes = Math.max(this.sizeInBytes, offset + bytes.length);
  }

  beforeNextStep(): undefined {}

  async commit(): Promise<void> {
    this.#attempt(() => this.#file.commit());
  }

  withdraw(): void {
    this.#attempt(() => rmSync(this.#file.name, { force: true }));
  }

  [Symbol.dispose](): void {
    this.#signal?.removeEventListener('abort', this.#abandon);
    this.#file[Symbol.dispose]();
  }
}
