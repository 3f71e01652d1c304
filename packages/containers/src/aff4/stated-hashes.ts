import type { StatedDigest } from '@vmcorekit/core';
import { maxStatedDigests } from '../contents.ts';
import type { Aff4Object } from './objects.ts';
import { valuesOf } from './vocabulary.ts';
import type { Aff4Volume } from './volume.ts';

/** The types of linear hashes. Source: AFF4 Standard 1.0a, 6.1. */
const digestNames: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA1', 'sha1'],
  ['SHA256', 'sha256'],
  ['SHA512', 'sha512'],
  ['blake2b', 'blake2b512'],
  ['Blake2b', 'blake2b512'],
]);

/** The `aff4:hash` of all bytes of an object, stated of it or of an image of it. */
export function statedHashes(
  volume: Aff4Volume,
  { urn, images }: Aff4Object,
  notComputed: string | undefined,
): StatedDigest[] {
  const found = new Map<string, StatedDigest>();
  for (const each of [urn, ...images]) {
    const statedBy = `aff4:hash of ${volume.nameOf(each)}`;
    for (const { value, type } of valuesOf(volume.graph, each, 'hash')) {
      const algorithm = digestNames.get(type?.split('#')[1] ?? '');
      if (algorithm !== undefined && /^[\da-f]+$/i.test(value) && found.size < maxStatedDigests) {
        const expected = value.toLowerCase();
        const stated = { algorithm, expected, statedBy };
        found.set(
          `${algorithm} ${expected} ${statedBy}`,
          notComputed === undefined ? stated : { ...stated, notComputed },
        );
      }
    }
  }
  return [...found.values()];
}
