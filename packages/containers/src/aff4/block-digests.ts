import type { ByteSource, StatedBlockDigests } from '@vmcorekit/core';
import { maxStatedDigests } from '../contents.ts';
import type { Aff4Volume } from './volume.ts';

/** By the ends of names, the length of a digest. Source: AFF4 Standard 1.0a, 6.2. */
const algorithms = [
  { ending: 'md5', algorithm: 'md5', sizeInBytes: 16 },
  { ending: 'sha1', algorithm: 'sha1', sizeInBytes: 20 },
  { ending: 'sha256', algorithm: 'sha256', sizeInBytes: 32 },
  { ending: 'sha512', algorithm: 'sha512', sizeInBytes: 64 },
  { ending: 'blake2b', algorithm: 'blake2b512', sizeInBytes: 64 },
] as const;
/**
 * Between the name of a bevy and the ending: that of the standard's text, that of its reference
 * images, and that of Evimetry before it. Source: pyaff4, aff4_image.py.
 */
const separators = ['.', '.blockHash.', '/blockHash.'] as const;

interface Stream {
  readonly urn: string;
  readonly content: ByteSource;
  readonly chunkInBytes: number;
  readonly chunksInBevy: number;
}

/** The digests of chunks that a volume lists for each bevy of a stream. */
export function blockDigestsOf(
  volume: Aff4Volume,
  { urn, content, chunkInBytes, chunksInBevy }: Stream,
): StatedBlockDigests[] {
  const found: StatedBlockDigests[] = [];
  const bevyInBytes = chunksInBevy * chunkInBytes;
  for (const bevy of volume.beviesOf(urn)) {
    const offset = bevy * bevyInBytes;
    const lengthInBytes = Math.min(bevyInBytes, content.sizeInBytes - offset);
    for (const { ending, algorithm, sizeInBytes } of lengthInBytes > 0 ? algorithms : []) {
      for (const separator of separators) {
        const name = `${urn}/${String(bevy).padStart(8, '0')}${separator}${ending}`;
        const member = volume.memberOf(name);
        if (member !== undefined && found.length < maxStatedDigests) {
          found.push({
            algorithm,
            content,
            covers: { offset, lengthInBytes },
            blockInBytes: chunkInBytes,
            statedBy: volume.nameOf(name),
            readList: () => volume.archive.readWhole({ name: member }, chunksInBevy * sizeInBytes),
          });
        }
      }
    }
  }
  return found;
}
