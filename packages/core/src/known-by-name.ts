import type { Container } from './container.ts';
import { VmcorekitError } from './errors.ts';
import type { FileHead } from './opening.ts';

/** A kind of file that is recognized by its head and not read. */
export interface KnownByName {
  readonly name: string;
  /** What such a file is: the first half of the error that refuses it. */
  readonly summary: string;
  /** What to do with it: the second half of that error. */
  readonly advice: string;
  /**
   * `no-memory`: no dump can be in it, so a search through a folder passes over it. `files`: it
   * holds other files. Absent where it holds a machine's memory, or may be what is left of it.
   */
  readonly holds?: 'files' | 'no-memory';
  /** True for a kind that other files may look like too: raw memory that begins with zeros. */
  readonly isGuess?: true;
  /** True where the mark is long enough to be none by chance: see `FileClaim.isCertain`. */
  readonly isCertain?: true;
  /** Why the file is of this kind, or undefined; never throws. Most kinds need only its head. */
  probe(head: Uint8Array, file: FileHead): string | undefined;
}

/**
 * What recognized formats and containers have in common: `open` throws `unsupported`, with the
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
      return because === undefined
        ? undefined
        : {
            because,
            strength: known.isGuess === true ? 'guess' : 'name-only',
            ...(known.isCertain === true ? { isCertain: true } : {}),
          };
    },
    async open() {
      const { summary: what, advice, holds } = known;
      throw new VmcorekitError('unsupported', {
        what,
        advice,
        ...(holds === undefined ? {} : { holds }),
      });
    },
  };
}
