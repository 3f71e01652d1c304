import type { StructMember, StructType, ValueType } from '@vmcorekit/core';

/** What remarks and answers call the source. */
export const foundInMemory = 'found in memory';

/** How wide a found member is read. */
export type FoundKind = 'int' | 'unsigned' | 'unsigned64' | 'pointer' | 'list' | 'name';

/** A found member: its path, its offset and how it is read. Without an offset it is unknown. */
export interface FoundMember {
  readonly path: string;
  readonly offset: number | undefined;
  readonly kind: FoundKind;
  /** Of a name. */
  readonly sizeInBytes?: number;
}

/** A structure of which only a few members are known. It never lists them as if they were all. */
export function foundStruct(
  name: string,
  sizeInBytes: number | null,
  members: readonly FoundMember[],
  wordSizeInBytes: number,
): StructType {
  const known = new Map(
    members.flatMap(({ path, offset, kind, sizeInBytes: size = 0 }) =>
      offset === undefined
        ? []
        : [[path, memberOf(path, offset, kind, size, wordSizeInBytes)] as const],
    ),
  );
  return { name, from: foundInMemory, sizeInBytes, member: (path) => known.get(path) };
}

function memberOf(
  name: string,
  offsetInBytes: number,
  kind: FoundKind,
  nameSizeInBytes: number,
  wordSizeInBytes: number,
): StructMember {
  const sizes = {
    int: 4,
    unsigned: 4,
    unsigned64: 8,
    pointer: wordSizeInBytes,
    list: 2 * wordSizeInBytes,
    name: nameSizeInBytes,
  };
  return {
    name,
    from: foundInMemory,
    offsetInBytes,
    sizeInBytes: sizes[kind],
    bits: null,
    type: typeOf(kind, nameSizeInBytes),
  };
}

function typeOf(kind: FoundKind, count: number): ValueType | null {
  switch (kind) {
    case 'int':
    case 'unsigned':
      return { kind: 'integer', sizeInBytes: 4, isSigned: kind === 'int' };
    case 'unsigned64':
      return { kind: 'integer', sizeInBytes: 8, isSigned: false };
    case 'pointer':
      return { kind: 'pointer', to: null };
    case 'name':
      return { kind: 'array', of: { kind: 'integer', sizeInBytes: 1, isSigned: true }, count };
    default:
      return null;
  }
}
