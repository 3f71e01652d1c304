import type { Dump, OriginFinding, Place } from '@vmcorekit/core';

/** What a sign saw: why it counts, and where. */
export type Seen = Pick<OriginFinding, 'because' | 'at'>;

/** One habit of a writer, or one trace of who captured the memory. */
export interface Sign {
  readonly axis: OriginFinding['axis'];
  readonly who: string;
  /** Positive speaks for, negative against; 100 and more is a proof. */
  readonly score: number;
  /** Undefined where the dump does not show it. */
  see(dump: Dump): Seen | undefined;
}

/** A header field as a number; undefined where the format has none or it is text. Exact below 2^53. */
export function numberField(dump: Dump, name: string): number | undefined {
  const value = dump.image.header.get(name);
  return typeof value === 'string' || value === undefined ? undefined : Number(value);
}

export function textField(dump: Dump, name: string): string | undefined {
  const value = dump.image.header.get(name);
  return typeof value === 'string' ? value : undefined;
}

/** Where header fields lie in the file. */
export function fieldPlaces(dump: Dump, ...names: readonly string[]): Place[] {
  return names.flatMap((name) => {
    const fileOffset = dump.image.headerOffsets.get(name);
    return fileOffset === undefined ? [] : [{ fileOffset, note: name }];
  });
}

/** Makes a sign out of a test on header fields. */
export function fieldSign(
  about: Pick<Sign, 'axis' | 'who' | 'score'>,
  fields: readonly string[],
  because: string,
  holds: (...values: (number | string | undefined)[]) => boolean,
): Sign {
  return {
    ...about,
    see(dump) {
      const values = fields.map((field) => textField(dump, field) ?? numberField(dump, field));
      return values.every((value) => value === undefined) || !holds(...values)
        ? undefined
        : { because, at: fieldPlaces(dump, ...fields) };
    },
  };
}

export function isKdump(dump: Dump): boolean {
  return dump.image.header.has('header_version');
}
