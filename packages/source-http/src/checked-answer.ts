import { parseContentRange, sizeOfRefused } from './content-range.ts';
import { Fault } from './fault.ts';
import { changeBetween, type Pinned, pinnedOf } from './pinning.ts';
import { statusFault } from './status-fault.ts';

/** Status and headers of an answer, by lower-case names, as Node and browsers give them. */
export interface AnswerHead {
  readonly statusCode?: number | undefined;
  readonly headers: Readonly<Partial<Record<AnswerHeader, string | undefined>>>;
}

/** The headers that reading a range looks at. */
export type AnswerHeader =
  | 'content-encoding'
  | 'content-length'
  | 'content-range'
  | 'content-type'
  | 'etag'
  | 'last-modified'
  | 'retry-after'
  | 'transfer-encoding';

/** The version of an empty file, of which no range can be sent; undefined for any other answer. */
export function pinnedIfEmpty({ statusCode, headers }: AnswerHead): Pinned | undefined {
  const isEmpty =
    (statusCode === 416 && sizeOfRefused(headers['content-range']) === 0) ||
    (statusCode === 200 && headers['content-length'] === '0');
  return isEmpty ? pinnedOf(0, headers) : undefined;
}

/**
 * What of the range an answer holds, and of which version of the file. `pinned` is the version that
 * was seen first; null for the first answer. Throws `Fault`.
 */
export function checkedAnswer(
  { statusCode = 0, headers }: AnswerHead,
  host: string,
  start: number,
  end: number,
  pinned: Pinned | null,
): { readonly end: number; readonly pinned: Pinned } {
  if (statusCode === 200) {
    throw isPage(headers['content-type'])
      ? pageFault(host)
      : new Fault(
          `${host} sends whole files only (200 OK to a request for a range): download the file first`,
          'final',
        );
  }
  if (statusCode === 416 && pinned !== null) {
    throw new Fault('the file changed while it was read: it has become shorter', 'changed');
  }
  if (statusCode !== 206) {
    throw statusFault(statusCode, headers['retry-after']);
  }
  const { 'content-encoding': encoding = 'identity' } = headers;
  if (encoding.toLowerCase() !== 'identity') {
    throw new Fault(
      `${host} sends the file compressed (Content-Encoding), though it was asked not to: offsets in it would be wrong`,
      'final',
    );
  }
  const { 'transfer-encoding': transferred = 'chunked' } = headers;
  if (transferred.trim().toLowerCase() !== 'chunked') {
    throw new Fault(
      `${host} sends the answer compressed (Transfer-Encoding), which it was not asked for`,
      'final',
    );
  }
  const range = parseContentRange(headers['content-range']);
  const now = range === undefined ? undefined : pinnedOf(range.sizeInBytes, headers);
  if (range === undefined || now === undefined) {
    throw new Fault(
      `${host} answers with a range, but does not say of what (Content-Range is missing or wrong)`,
      'final',
    );
  }
  const change = pinned === null ? undefined : changeBetween(pinned, now);
  if (change !== undefined) {
    throw new Fault(change, 'changed');
  }
  if (range.start !== start || range.end > end) {
    throw new Fault(
      `${host} answers with another range: wanted bytes ${start}-${end - 1}, got ${range.start}-${range.end - 1}`,
      'final',
    );
  }
  const { 'content-length': length } = headers;
  if (length !== undefined && Number(length) !== range.end - range.start) {
    throw new Fault(
      `${host} answers with another length than its range has, as where it compresses the file`,
      'final',
    );
  }
  return { end: range.end, pinned: now };
}

function isPage(contentType: string | undefined): boolean {
  return /^(?:text\/html|application\/xhtml)/i.test(contentType ?? '');
}

/** A page of a proxy or a sign-in may come as a range too. Throws `Fault`. */
export function refusePage({ headers }: AnswerHead, host: string, head: Uint8Array): void {
  const text = String.fromCharCode(...head.subarray(0, 256));
  if (isPage(headers['content-type']) && /^\s*<(?:!doctype\s+html|html)/i.test(text)) {
    throw pageFault(host);
  }
}

/** Some servers answer so to any name. */
function pageFault(host: string): Fault {
  return new Fault(
    `${host} answers with a web page (HTML), not with a dump: it may want you to sign in`,
    'missing',
  );
}
