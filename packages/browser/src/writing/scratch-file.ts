import type { ByteSink } from '@vmcorekit/core';
import { GatheredWrites } from './gathered-writes.ts';
import type { PageOutput } from './page-output.ts';
import { writeFailure } from './write-failure.ts';

const folderName = 'vmcorekit-scratch';

/**
 * A file in the browser's own folder for this page (OPFS), to be downloaded from there. It is
 * removed at the next visit, because nothing says when a download has ended.
 */
export class ScratchFile implements PageOutput {
  readonly #name: string;
  readonly #folder: FileSystemDirectoryHandle;
  readonly #file: FileSystemFileHandle;
  readonly #access: FileSystemSyncAccessHandle;
  readonly #writes: GatheredWrites;
  readonly #release: () => void;
  #isOver: boolean = false;

  /**
   * Removes the files of earlier visits, and makes a new one. Undefined where the browser has no
   * such folder, as in some private modes.
   *
   * @param name what messages call it
   */
  static async open(name: string): Promise<ScratchFile | undefined> {
    try {
      const root = await navigator.storage.getDirectory();
      const folder = await root.getDirectoryHandle(folderName, { create: true });
      await removeUnused(folder);
      const id = crypto.randomUUID();
      const release = await hold(id);
      const file = await folder.getFileHandle(id, { create: true });
      const access = await file.createSyncAccessHandle();
      return new ScratchFile(name, { folder, file, access, release });
    } catch {
      return undefined;
    }
  }

  private constructor(
    name: string,
    {
      folder,
      file,
      access,
      release,
    }: {
      readonly folder: FileSystemDirectoryHandle;
      readonly file: FileSystemFileHandle;
      readonly access: FileSystemSyncAccessHandle;
      readonly release: () => void;
    },
  ) {
    this.#name = name;
    this.#folder = folder;
    this.#file = file;
    this.#access = access;
    this.#release = release;
    this.#writes = new GatheredWrites((at, block) => this.#write(at, block));
  }

  get sink(): ByteSink {
    return this.#writes;
  }

  get sizeInBytes(): number {
    return this.#writes.sizeInBytes;
  }

  beforeNextStep(): undefined {}

  /** The file stays as long as this worker lives. */
  async commit(): Promise<Blob> {
    this.#writes.flush();
    try {
      this.#access.flush();
      this.#access.close();
      const file = await this.#file.getFile();
      this.#isOver = true;
      return file;
    } catch (error) {
      throw writeFailure(this.#name, error);
    }
  }

  async abandon(): Promise<void> {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#access.close();
      this.#release();
      // The next visit removes what cannot be removed now.
      await this.#folder.removeEntry(this.#file.name).catch(() => undefined);
    }
  }

  #write(at: number, block: Uint8Array<ArrayBuffer>): void {
    let written: number;
    try {
      written = this.#access.write(block, { at });
    } catch (error) {
      throw writeFailure(this.#name, error);
    }
    // Chromium 156 returns 4294967288, its error -8 as an unsigned number, where the quota is full.
    if (written !== block.length) {
      throw writeFailure(
        this.#name,
        `the disk or the quota of this page took no ${block.length} bytes`,
      );
    }
  }
}

function lockOf(id: string): string {
  return `${folderName}/${id}`;
}

/** Shows other pages that a scratch file is in use, until it is released or this worker ends. */
function hold(id: string): Promise<() => void> {
  return new Promise((resolve) => {
    void navigator.locks.request(
      lockOf(id),
      () => new Promise<void>((release) => resolve(() => release())),
    );
  });
}

async function removeUnused(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const id of folder.keys()) {
    await navigator.locks.request(lockOf(id), { ifAvailable: true }, async (lock) => {
      if (lock !== null) {
        // Another page may be quicker.
        await folder.removeEntry(id).catch(() => undefined);
      }
    });
  }
}
