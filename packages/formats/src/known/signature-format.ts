import { type DumpFormat, printable, VmcorekitError } from '@vmcorekit/core';

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
    probe: (head) => signature.probe(head),
    async open(sources) {
      for (const source of sources) {
        source[Symbol.dispose]();
      }
      throw new VmcorekitError('unsupported', { what: signature.summary, advice: signature.advice });
    },
  };
}

/** A probe for bytes at an offset, each byte written as one Latin-1 character. */
export function magicAt(offset: number, ...alternatives: readonly string[]): (head: Uint8Array) => string | undefined {
  return (head) => {
    const found = alternatives.find((magic) => hasAt(head, offset, magic));
    return found === undefined ? undefined : `has '${printable(found)}' at offset ${offset}`;
  };
}

/** Whether these bytes, each written as one Latin-1 character, lie there. */
export function hasAt(head: Uint8Array, offset: number, magic: string): boolean {
  for (let index = 0; index < magic.length; index++) {
    if (head[offset + index] !== magic.charCodeAt(index)) {
      return false;
    }
  }
  return true;
}
