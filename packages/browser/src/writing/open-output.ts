import { ChosenFile } from './chosen-file.ts';
import { MemoryFile } from './memory-file.ts';
import type { PageOutput } from './page-output.ts';
import { ScratchFile } from './scratch-file.ts';

/** The new file's name, and its place where the browser let the user choose one. */
export interface OutputPlace {
  readonly name: string;
  readonly handle: FileSystemFileHandle | null;
}

/**
 * Begins a new file: in the place that the user chose, else on the disk for a download, else in
 * memory. Throws `io`.
 */
export async function openOutput({ name, handle }: OutputPlace): Promise<PageOutput> {
  return handle === null
    ? ((await ScratchFile.open(name)) ?? new MemoryFile())
    : await ChosenFile.open(handle);
}
