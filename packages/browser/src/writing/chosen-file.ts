import type { ByteSink } from '@vmcorekit/core';
import { GatheredWrites } from './gathered-writes.ts';
import type { PageOutput } from './page-output.ts';
import { writeFailure } from './write-failure.ts';

/** So much may be on its way to the disk before the work waits. */
const maxPendingInBytes = 16 * 1024 * 1024;

/**
 * The file that the user chose in a dialog (`showSaveFilePicker`). The browser writes beside it,
 * and puts the whole in its place at the end.
 */
export class ChosenFile implements PageOutput {
  readonly #name: string;
  readonly #stream: FileSystemWritableFileStream;
  readonly #writes: GatheredWrites;
  #pendingInBytes: number = 0;
  #written: Promise<void> = Promise.resolve();
  #isOver: boolean = false;

  /** Throws `io` where the browser refuses to write it. */
  static async open(handle: FileSystemFileHandle): Promise<ChosenFile> {
    try {
      return new ChosenFile(handle.name, await handle.createWritable());
    } catch (error) {
      throw writeFailure(handle.name, error);
    }
  }

  private constructor(name: string, stream: FileSystemWritableFileStream) {
    this.#name = name;
    this.#stream = stream;
    this.#writes = new GatheredWrites((position, data) => {
      this.#pendingInBytes += data.length;
      const write = this.#stream.write({ type: 'write', position, data });
      this.#written = Promise.all([this.#written, write]).then(() => {
        this.#pendingInBytes -= data.length;
      });
      // The next to wait gets the failure.
      this.#written.catch(() => undefined);
    });
  }

  get sink(): ByteSink {
    return this.#writes;
  }

  get sizeInBytes(): number {
    return this.#writes.sizeInBytes;
  }

  beforeNextStep(): Promise<void> | undefined {
    return this.#pendingInBytes > maxPendingInBytes ? this.#settled() : undefined;
  }

  async commit(): Promise<null> {
    this.#writes.flush();
    await this.#settled();
    try {
      await this.#stream.close();
    } catch (error) {
      throw writeFailure(this.#name, error);
    }
    this.#isOver = true;
    return null;
  }

  async abandon(): Promise<void> {
    if (!this.#isOver) {
      this.#isOver = true;
      // A stream that failed has no file any more.
      await this.#stream.abort().catch(() => undefined);
    }
  }

  async #settled(): Promise<void> {
    try {
      await this.#written;
    } catch (error) {
      throw writeFailure(this.#name, error);
    }
  }
}
