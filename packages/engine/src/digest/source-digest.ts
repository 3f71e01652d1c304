import { type ByteSource, type CreateHash, hexText, type Progress } from '@vmcorekit/core';

const stepInBytes = 1 << 20;

/** The SHA-256 of a whole source, 64 lower-case hexadecimal digits. Throws what the source does. */
export function* digestSource(
  source: ByteSource,
  createHash: CreateHash,
): Generator<Progress, string, void> {
  const hash = createHash();
  const step = new Uint8Array(stepInBytes);
  for (let done = 0; done < source.sizeInBytes; ) {
    const got = source.readInto(done, step);
    if (got === 0) {
      break;
    }
    hash.update(step.subarray(0, got));
    done += got;
    yield { kind: 'progress', doing: 'hashing the file', fraction: done / source.sizeInBytes };
  }
  return hexText(hash.digest());
}
