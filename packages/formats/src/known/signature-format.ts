import { type DumpFormat, type KnownByName, knownByName } from '@vmcorekit/core';

/** A format that is recognized by its head and not read. */
export type Signature = KnownByName;

/** Makes a format from a signature: its `open` throws `unsupported`, with the advice. */
export function signatureFormat(signature: Signature): DumpFormat {
  return { ...knownByName(signature), summary: `${signature.summary} (recognised, not read)` };
}
