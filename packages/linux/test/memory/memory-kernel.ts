import type { Kernel, TypeTable } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { type CMembers, cBtf } from '@vmcorekit/testing';
import { type KernelWithFields, kernelWith } from '../system/kernel-with.ts';

/** Structures in C, and enumerations whose values count from 0. */
export interface MemoryTypes {
  readonly structs: Readonly<Record<string, CMembers>>;
  readonly enums?: Readonly<Record<string, readonly string[]>>;
}

export function memoryTypes({ structs, enums = {} }: MemoryTypes): TypeTable {
  const types = btfTypes(cBtf(structs), { wordSizeInBits: 64 });
  const maps = new Map(
    Object.entries(enums).map(([name, values]) => [
      name,
      new Map(values.map((value, index) => [value, BigInt(index)])),
    ]),
  );
  return {
    from: types.from,
    remarks: [],
    struct: (name) => types.struct(name),
    enumeration: (name) => maps.get(name),
  };
}

/** The bytes of a structure: each member by its path, or an element of an array. */
export function structBytes(
  types: TypeTable,
  name: string,
  values: Readonly<Record<string, bigint | readonly bigint[] | Uint8Array>>,
): Uint8Array {
  const struct = types.struct(name);
  const bytes = new Uint8Array(struct?.sizeInBytes ?? 0);
  const view = new DataView(bytes.buffer);
  for (const [path, value] of Object.entries(values)) {
    const member = struct?.member(path);
    if (member === undefined) {
      throw new Error(`struct ${name} has no ${path}`);
    }
    if (value instanceof Uint8Array) {
      bytes.set(value, member.offsetInBytes);
      continue;
    }
    const all = typeof value === 'bigint' ? [value] : value;
    const count = member.type?.kind === 'array' ? member.type.count : 1;
    const size = (member.sizeInBytes ?? 8) / count;
    for (const [index, each] of all.entries()) {
      for (let byte = 0; byte < size; byte++) {
        const at = member.offsetInBytes + index * size + byte;
        view.setUint8(at, Number((BigInt.asUintN(64, each) >> BigInt(8 * byte)) & 0xffn));
      }
    }
  }
  return bytes;
}

export function memoryKernel(
  types: TypeTable,
  variables: Readonly<Record<string, Uint8Array | null>>,
  fields: Omit<KernelWithFields, 'types'> = {},
): Kernel {
  return kernelWith(variables, { types, ...fields });
}
