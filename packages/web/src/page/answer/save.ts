import { saveBlob } from '../model/save-file.ts';

/** Puts a text into the clipboard. Throws where the browser forbids it. */
export async function copyText(text: string): Promise<void> {
  // Only pages of a secure origin have it.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard === undefined) {
    throw new Error('this page may not copy: serve it by https, or save the file');
  }
  await clipboard.writeText(text);
}

const kinds = {
  csv: 'text/csv',
  jsonl: 'application/jsonl',
  json: 'application/json',
  svg: 'image/svg+xml',
  txt: 'text/plain',
} as const;

/** Gives the user a file to save. */
export function saveText(name: string, ending: keyof typeof kinds, text: string): void {
  const type = `${kinds[ending]};charset=utf-8`;
  saveBlob(`${name}.${ending}`, new Blob([text], { type }));
}
