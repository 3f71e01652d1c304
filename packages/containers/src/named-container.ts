import { type Container, VmcorekitError } from '@vmcorekit/core';

/** A container that is known by its head and not unpacked. */
export interface NamedContainer {
  readonly name: string;
  /** What such a file is, as the beginning of the sentence that refuses it. */
  readonly summary: string;
  /** What to do with it: the rest of that sentence. */
  readonly advice: string;
  /** Why the file is of this kind, or undefined. Looks at the head only and never throws. */
  probe(head: Uint8Array): string | undefined;
}

/** Makes a container of a name: its `open` throws `unsupported`, with the advice. */
export function namedContainer(named: NamedContainer): Container {
  return {
    name: named.name,
    isNamedOnly: true,
    probe({ head }) {
      const because = named.probe(head);
      return because === undefined ? undefined : { because, strength: 'name-only' };
    },
    async open() {
      throw new VmcorekitError('unsupported', { what: named.summary, advice: named.advice });
    },
  };
}
