import type { HeaderValue, OriginSign, Place } from '@vmcorekit/core';

/** Header fields and their file offsets, in which origin signs are seen. */
export interface FieldsAndOffsets {
  readonly fields: ReadonlyMap<string, HeaderValue>;
  readonly offsets: ReadonlyMap<string, number>;
}

type FieldValue = number | string | undefined;

/** One habit of a writer: whose it is, the fields that show it, and the test on their values. */
export interface FieldSign extends Pick<OriginSign, 'axis' | 'who' | 'score' | 'because'> {
  readonly fields: readonly string[];
  /** Numbers are exact below 2^53. Undefined is a field that the file's version lacks. */
  readonly holds: (...values: readonly FieldValue[]) => boolean;
}

/**
 * The sign as a finding; undefined where the header does not show it, or has none of its fields.
 */
export function signSeen(
  { fields, holds, ...about }: FieldSign,
  header: FieldsAndOffsets,
): OriginSign | undefined {
  const values = fields.map((name) => plain(header.fields.get(name)));
  return values.every((value) => value === undefined) || !holds(...values)
    ? undefined
    : { ...about, at: placesOf(header, ...fields) };
}

/** The file offsets of header fields. */
export function placesOf(
  { offsets }: Pick<FieldsAndOffsets, 'offsets'>,
  ...names: readonly string[]
): Place[] {
  return names.flatMap((name) => {
    const fileOffset = offsets.get(name);
    return fileOffset === undefined ? [] : [{ fileOffset, note: name }];
  });
}

function plain(value: HeaderValue | undefined): FieldValue {
  return typeof value === 'string' || value === undefined ? value : Number(value);
}
