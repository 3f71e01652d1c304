/** Saves a text as a file of the user, by the browser's download. */
export function saveText(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type }));
}

/** Saves a blob as a file of the user. Of a path or an address, the last part is its name. */
export function saveBlob(name: string, blob: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name.split(/[/\\]/).at(-1) ?? name;
  link.click();
  // The browser reads the blob after this turn.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
