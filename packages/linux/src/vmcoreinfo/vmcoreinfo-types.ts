import type { StructMember, StructType, TypeTable, VmcoreInfo } from '@vmcorekit/core';

const from = 'VMCOREINFO';

/** What a VMCOREINFO states about structures. */
export interface StatedTypes extends TypeTable {
  /** The members with an offset in it, by their paths. */
  membersOf(struct: string): readonly string[];
}

/**
 * The types that a VMCOREINFO names: sizes of structures and offsets of members, never sizes of
 * members. Source: Linux, Documentation/admin-guide/kdump/vmcoreinfo.rst.
 */
export function vmcoreInfoTypes(info: VmcoreInfo): StatedTypes {
  return {
    from,
    remarks: [],
    membersOf: (struct) => membersIn(info, struct),
    struct(name): StructType | undefined {
      const sizeInBytes = info.layout(`SIZE(${name})`) ?? null;
      return sizeInBytes === null && membersIn(info, name).length === 0
        ? undefined
        : { name, from, sizeInBytes, member: (path) => memberOf(info, name, path) };
    },
    enumeration: () => undefined,
  };
}

/** `offsetof` does not allow a bit-field, so no member here is one. */
function memberOf(info: VmcoreInfo, struct: string, path: string): StructMember | undefined {
  const offsetInBytes = info.layout(`OFFSET(${struct}.${path})`);
  return offsetInBytes === undefined
    ? undefined
    : { name: path, from, offsetInBytes, sizeInBytes: null, bits: null, type: null };
}

function membersIn({ text }: VmcoreInfo, struct: string): string[] {
  const start = `OFFSET(${struct}.`;
  return text.split('\n').flatMap((line) => {
    const end = line.indexOf(')=');
    return line.startsWith(start) && end > 0 ? [line.slice(start.length, end)] : [];
  });
}
