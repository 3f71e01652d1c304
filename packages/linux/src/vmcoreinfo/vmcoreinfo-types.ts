import type { StructMember, StructType, TypeTable, VmcoreInfo } from '@vmcorekit/core';

/**
 * The types that a VMCOREINFO names: sizes of structures and offsets of members, never sizes of
 * members. Source: Linux, Documentation/admin-guide/kdump/vmcoreinfo.rst.
 */
export function vmcoreInfoTypes(info: VmcoreInfo): TypeTable {
  return {
    from: 'VMCOREINFO',
    struct(name): StructType | undefined {
      const sizeInBytes = info.layout(`SIZE(${name})`) ?? null;
      return sizeInBytes === null && !hasMember(info, name)
        ? undefined
        : { name, sizeInBytes, member: (path) => memberOf(info, name, path) };
    },
    enumeration: () => undefined,
  };
}

function memberOf(info: VmcoreInfo, struct: string, path: string): StructMember | undefined {
  const offsetInBytes = info.layout(`OFFSET(${struct}.${path})`);
  return offsetInBytes === undefined ? undefined : { name: path, offsetInBytes, sizeInBytes: null };
}

function hasMember(info: VmcoreInfo, struct: string): boolean {
  return info.text.startsWith(`OFFSET(${struct}.`) || info.text.includes(`\nOFFSET(${struct}.`);
}
