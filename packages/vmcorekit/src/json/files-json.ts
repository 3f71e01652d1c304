/** `file` is the first; `files` is there where a split dump was joined from several. */
export function filesJson(files: readonly string[]): { readonly file?: string; readonly files?: readonly string[] } {
  const [file] = files;
  return { ...(file === undefined ? {} : { file }), ...(files.length > 1 ? { files } : {}) };
}
