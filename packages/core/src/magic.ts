import { printable } from './text.ts';

/**
 * A probe for bytes at an offset, written as one Latin-1 character a byte. Returns the bytes it
 * found there, or undefined.
 */
export function magicAt(
  offset: number,
  ...alternatives: readonly string[]
): (head: Uint8Array) => string | undefined {
  return (head) => {
    const found = alternatives.find((magic) => hasAt(head, offset, magic));
    return found === undefined ? undefined : `has '${printable(found)}' at offset ${offset}`;
  };
}

/** A probe that passes where one of several does; the first of them that passes answers. */
export function firstOf(
  ...probes: readonly ((head: Uint8Array) => string | undefined)[]
): (head: Uint8Array) => string | undefined {
  return (head) => {
    for (const probe of probes) {
      const because = probe(head);
      if (because !== undefined) {
        return because;
      }
    }
    return undefined;
  };
}

/** Whether these bytes, written as one Latin-1 character each, lie there. */
export function hasAt(head: Uint8Array, offset: number, magic: string): boolean {
  for (let index = 0; index < magic.length; index++) {
    if (head[offset + index] !== magic.charCodeAt(index)) {
      return false;
    }
  }
  return true;
}
