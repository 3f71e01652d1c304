import { BufferSource, type ByteSource, type Damage } from '@vmcorekit/core';
import { flattenedContainer } from '@vmcorekit/format-kdump';
import { openContainer, openContext } from '@vmcorekit/testing';

export interface OpenedFlattened {
  readonly contents: ByteSource;
  readonly damage: readonly Damage[];
  readonly snapshot: () => Uint8Array | undefined;
  readonly dispose: () => void;
}

/** Opens a flattened file, with an index kept from before or without. */
export async function openFlattened(
  file: Uint8Array | ByteSource,
  snapshot: Uint8Array | null = null,
): Promise<OpenedFlattened> {
  const source = file instanceof Uint8Array ? new BufferSource(file, 'FILE') : file;
  const container = await openContainer(flattenedContainer, source, openContext({ snapshot }));
  const [entry] = container.entries;
  if (entry === undefined) {
    throw new Error('it holds nothing');
  }
  return {
    contents: container.open(entry),
    damage: container.damage,
    snapshot: () => container.snapshot?.(),
    dispose: () => container[Symbol.dispose](),
  };
}
