import { BufferSource, type DumpImage } from '@vmcorekit/core';
import { LimeFormat } from '@vmcorekit/format-lime';
import { openFormat } from '@vmcorekit/testing';

export function openLime(bytes: Uint8Array): Promise<DumpImage> {
  return openFormat(new LimeFormat(), [new BufferSource(bytes, 'test.lime')]);
}

/** Bytes that show where they came from: no two of these patterns agree for long. */
export function pattern(lengthInBytes: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(lengthInBytes);
  for (let index = 0; index < lengthInBytes; index++) {
    bytes[index] = (index * 7 + (index >> 8) * 13 + seed * 31) | 1;
  }
  return bytes;
}

export { statesOf } from '@vmcorekit/testing';

/** What is wrong with the file, as `NAME LOSES OFFSET`. */
export function damageOf({ damage }: DumpImage): string[] {
  return damage.map(({ name, loses, fileOffset }) =>
    [name, loses, fileOffset?.toString(16)].join(' '),
  );
}
