import { type Container, type KnownByName, knownByName } from '@vmcorekit/core';

/** A container that is recognized by its head and not unpacked. */
export type NamedContainer = Omit<KnownByName, 'holds'>;

/** Makes a container that is only recognized: its `open` throws `unsupported`, with the advice. */
export function namedContainer(named: NamedContainer): Container {
  return knownByName({ ...named, holds: 'files' });
}
