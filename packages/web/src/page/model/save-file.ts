/** Saves a text as a file of the user, by the browser's download. */
export function saveText(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type }));
}

/** Saves a blob as a file of the user. */
export function saveBlob(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the blob after this turn.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
