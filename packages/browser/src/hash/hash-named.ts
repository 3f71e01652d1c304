import type { CreateHash } from '@vmcorekit/core';
import { Md5 } from './md5.ts';
import { Sha1 } from './sha1.ts';
import { Sha256 } from './sha256.ts';

/**
 * Hashes by the names of `StatedDigest.algorithm`, for `ToolkitOptions.hashNamed`: a browser's own
 * are neither synchronous nor piecewise. Undefined for others, as `sha512` and `blake2b512`.
 */
export function hashNamed(algorithm: string): CreateHash | undefined {
  switch (algorithm) {
    case 'md5':
      return () => new Md5();
    case 'sha1':
      return () => new Sha1();
    case 'sha256':
      return () => new Sha256();
    default:
      return undefined;
  }
}
