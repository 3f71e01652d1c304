import type { StructMember, TypeTable, ValueType } from '@vmcorekit/core';

/** A member: its offset, and its size in bytes; or a pointer, or an array of so many bytes. */
export type FlatMember = readonly [
  at: number,
  what: number | 'pointer' | { readonly array: number },
];
export type FlatStructs = Readonly<
  Record<string, { readonly size: number; readonly members: Readonly<Record<string, FlatMember>> }>
>;

/** Types whose members may have dotted names, as if their structures lay within. */
export function flatTypes(structs: FlatStructs): TypeTable {
  return {
    from: 'the test',
    remarks: [],
    struct(name) {
      const struct = structs[name];
      return struct === undefined
        ? undefined
        : {
            name,
            from: 'the test',
            sizeInBytes: struct.size,
            member: (path) => {
              const member = struct.members[path];
              return member === undefined ? undefined : memberOf(path, member);
            },
          };
    },
    enumeration: () => undefined,
  };
}

function memberOf(name: string, [offsetInBytes, what]: FlatMember): StructMember {
  const sizeInBytes = what === 'pointer' ? 8 : typeof what === 'number' ? what : what.array;
  return { name, from: 'the test', offsetInBytes, sizeInBytes, bits: null, type: typeOf(what) };
}

function typeOf(what: FlatMember[1]): ValueType {
  if (what === 'pointer') {
    return { kind: 'pointer', to: null };
  }
  // Lists have 16 bytes an element, and a text is read by its size alone.
  return typeof what === 'number'
    ? { kind: 'integer', sizeInBytes: what, isSigned: false }
    : { kind: 'array', of: null, count: Math.ceil(what.array / 16) };
}
