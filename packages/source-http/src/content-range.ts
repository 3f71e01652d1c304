/** What a server says it sends: bytes `start` up to, without, `end`, of a file of that size. */
export interface ContentRange {
  readonly start: number;
  readonly end: number;
  readonly sizeInBytes: number;
}

/**
 * Reads a `Content-Range` header: `bytes 0-99/1000`. Undefined for any other text, for a size that
 * is unknown (`*`), and for a range that does not lie in the file. Source: RFC 9110, 14.4.
 */
export function parseContentRange(text: string | undefined): ContentRange | undefined {
  const [, first, last, size] =
    /^bytes[ \t]+(\d{1,16})-(\d{1,16})\/(\d{1,16})$/i.exec(text?.trim() ?? '') ?? [];
  const [start, end, sizeInBytes] = [Number(first), Number(last) + 1, Number(size)];
  const isInFile = start < end && end <= sizeInBytes && Number.isSafeInteger(sizeInBytes);
  return isInFile ? { start, end, sizeInBytes } : undefined;
}

/**
 * The size in the `Content-Range` of a refused range: `bytes * /1000`, without the blank. Undefined
 * where there is none.
 */
export function sizeOfRefused(text: string | undefined): number | undefined {
  const [, size] = /^bytes[ \t]+\*\/(\d{1,15})$/i.exec(text?.trim() ?? '') ?? [];
  return size === undefined ? undefined : Number(size);
}
