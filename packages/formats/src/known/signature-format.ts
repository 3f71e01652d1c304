import { type DumpFormat, VmcorekitError } from '@vmcorekit/core';

/** A format that is known by its head and not read. */
export interface Signature {
  readonly name: string;
  /** What such a file is, as the beginning of the sentence that refuses it. */
  readonly summary: string;
  /** What to do with it: the rest of that sentence. */
  readonly advice: string;
  /** Why the file is of this format, or undefined. Looks at the head only and never throws. */
  probe(head: Uint8Array): string | undefined;
}

/** Makes a format of a signature: its `open` throws `unsupported`, with the advice. */
export function signatureFormat(signature: Signature): DumpFormat {
  return {
    name: signature.name,
    summary: `${signature.summary} (recognised, not read)`,
    isNamedOnly: true,
    probe({ head }) {
      const because = signature.probe(head);
      return because === undefined ? undefined : { because, strength: 'name-only' };
    },
    async open() {
      throw new VmcorekitError('unsupported', { what: signature.summary, advice: signature.advice });
    },
  };
}
