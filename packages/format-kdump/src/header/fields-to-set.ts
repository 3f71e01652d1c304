import type { HeaderValue, WriteOptions } from '@vmcorekit/core';

/** Tools that know this marker read it as "not known". */
const unknownPhysBase = -1n;

/**
 * The header fields that a caller sets: format-neutral facts first, then fields by their own names.
 */
export function fieldsToSet({
  facts,
  header,
}: Pick<WriteOptions, 'facts' | 'header'>): Map<string, HeaderValue> {
  const { physBase, utsname = {}, timestampInSeconds } = facts ?? {};
  return new Map<string, HeaderValue>([
    ...(physBase === undefined
      ? []
      : [['phys_base', physBase === 'unknown' ? unknownPhysBase : physBase] as const]),
    ...Object.entries(utsname),
    ...(timestampInSeconds === undefined ? [] : [['timestamp_sec', timestampInSeconds] as const]),
    ...(header ?? []),
  ]);
}
