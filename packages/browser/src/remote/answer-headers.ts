import type { AnswerHead, AnswerHeader } from '@vmcorekit/source-http/reading';

const names: readonly AnswerHeader[] = [
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'etag',
  'last-modified',
  'retry-after',
];

/** The headers of an answer that its server lets the page read. */
export function answerHeaders(get: (name: string) => string | null): AnswerHead['headers'] {
  return Object.fromEntries(names.map((name) => [name, get(name) ?? undefined]));
}
