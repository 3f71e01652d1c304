import type { DumpImage } from '@vmcorekit/core';
import type { Toolkit, WritableKind } from '@vmcorekit/engine';

/** The kind to write unless an option or the name of the output asks for another. */
const usualKind = 'kdump';

/**
 * All kinds that can be written, the usual one first, those of memory alone last; empty if no
 * plug-in has a writer.
 */
export function writableKinds({ outputKinds }: Toolkit): readonly WritableKind[] {
  const kinds = outputKinds.toSorted(
    (one, other) => Number(one.holdsMemoryAlone ?? false) - Number(other.holdsMemoryAlone ?? false),
  );
  const usual = kinds.find(({ name }) => name === usualKind) ?? kinds[0];
  return usual === undefined ? [] : [usual, ...kinds.filter((kind) => kind !== usual)];
}

/** The first kind that can do what is wanted. The usual format is preferred. */
export function kindThat(
  toolkit: Toolkit,
  can: (kind: WritableKind) => boolean,
): WritableKind | undefined {
  const kinds = writableKinds(toolkit);
  return kinds.find((kind) => kind.format === kinds[0]?.format && can(kind)) ?? kinds.find(can);
}

/** The kind that a file's name suggests, else the usual one. */
export function kindByName(toolkit: Toolkit, path: string): WritableKind | undefined {
  const kinds = writableKinds(toolkit);
  return named(kinds, path) ?? kinds[0];
}

/**
 * The kind of a repaired copy: what its name suggests, else the plain kind of the input's format,
 * else the usual one. A flattened input is unpacked, because few tools open flattened files. Raw
 * memory has no place for what a repair adds.
 */
export function kindForRepaired(
  toolkit: Toolkit,
  { format }: Pick<DumpImage, 'format'>,
  path: string,
): WritableKind | undefined {
  const kinds = writableKinds(toolkit).filter((kind) => kind.holdsMemoryAlone !== true);
  return named(kinds, path) ?? kinds.find((kind) => kind.format === format) ?? kinds[0];
}

function named(kinds: readonly WritableKind[], path: string): WritableKind | undefined {
  const name = path.toLowerCase();
  return kinds.find(({ endings }) => endings.some((ending) => name.endsWith(ending)));
}
