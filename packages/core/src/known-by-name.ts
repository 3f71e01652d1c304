import type { Container } from './container.ts';
import { VmcorekitError } from './errors.ts';
import type { FileHead } from './opening.ts';

/** A kind of file that is known by its head and not read. */
export interface KnownByName {
  readonly name: string;
  /** What such a file is, as the beginning of the sentence that refuses it. */
  readonly summary: string;
  /** What to do with it: the rest of that sentence. */
  readonly advice: string;
  /** Why the file is of this kind, or undefined; never throws. Most need its head only. */
  probe(head: Uint8Array, file: FileHead): string | undefined;
}

/**
 * What formats and containers of a name have in common: `open` throws `unsupported`, with the
 * advice.
 */
export function knownByName(known: KnownByName): Pick<
  Container,
  'name' | 'isNamedOnly' | 'probe'
> & {
  open(): Promise<never>;
} {
  return {
    name: known.name,
    isNamedOnly: true,
    probe(file) {
      const because = known.probe(file.head, file);
      return because === undefined ? undefined : { because, strength: 'name-only' };
    },
    async open() {
      throw new VmcorekitError('unsupported', { what: known.summary, advice: known.advice });
    },
  };
}
