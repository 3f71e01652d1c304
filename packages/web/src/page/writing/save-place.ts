import type { OutputPlace } from '@vmcorekit/browser';

export type SavePlace = OutputPlace;

type SavePicker = (options: { readonly suggestedName: string }) => Promise<FileSystemFileHandle>;

/**
 * Asks the user where to save a file, where the browser can; else it becomes a download. Undefined
 * if the user chose nothing. To be called right after a click, before anything is awaited.
 */
export async function chooseSavePlace(name: string): Promise<SavePlace | undefined> {
  const { showSaveFilePicker } = window as { showSaveFilePicker?: SavePicker };
  if (showSaveFilePicker === undefined) {
    return { name, handle: null };
  }
  try {
    const handle = await showSaveFilePicker.call(window, { suggestedName: name });
    return { name: handle.name, handle };
  } catch (error) {
    const isCancelled = error instanceof DOMException && error.name === 'AbortError';
    // A policy of the browser may forbid the dialog.
    return isCancelled ? undefined : { name, handle: null };
  }
}

/** `vmcore.gz` becomes `vmcore.converted.elf`. */
export function suggestedName(
  file: string,
  done: 'converted' | 'repaired',
  ending: string,
): string {
  const [plain = ''] = file.split(/[/\\]/).slice(-1);
  const stem = plain.replace(/(?:\.(?:gz|xz|zst|bz2|lz4|kdump|elf|flat|lime|raw|vmcore))+$/i, '');
  return `${stem === '' ? 'dump' : stem}.${done}${ending}`;
}
