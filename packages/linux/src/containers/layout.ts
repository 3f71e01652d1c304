import type { TypeTable } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import type { Containers } from './walk.ts';

/** A page. Every node of a container is smaller. */
const maxSizeInBytes = 4096;

/** Where the members of a structure lie, in bytes. */
export interface Fields<Name extends string> {
  readonly sizeInBytes: number;
  readonly at: Readonly<Record<Name, number>>;
}

/** What is derived once from the types of a kernel and the size of its words, in bytes. */
export function perTypes<Value>(
  make: (types: TypeTable, wordSizeInBytes: 4 | 8) => Value,
): (kernel: Pick<Containers, 'memory' | 'types'>) => Value {
  const made = {
    32: perKernel((types: TypeTable) => make(types, 4)),
    64: perKernel((types: TypeTable) => make(types, 8)),
  };
  return ({ memory, types }) => made[memory.wordSizeInBits](types);
}

/**
 * The members of a structure by name, each with the bytes that are read at it. Undefined where one
 * is unknown or would lead out of the structure: types may come from a hostile dump.
 */
export function fieldsOf<Name extends string>(
  types: TypeTable,
  name: string,
  widths: Readonly<Record<Name, number>>,
): Fields<Name> | undefined {
  const struct = types.struct(name);
  const sizeInBytes = struct?.sizeInBytes ?? 0;
  if (struct === undefined || sizeInBytes === 0 || sizeInBytes > maxSizeInBytes) {
    return undefined;
  }
  const at: Partial<Record<Name, number>> = {};
  for (const [member, width] of Object.entries(widths) as [Name, number][]) {
    const offset = struct.member(member)?.offsetInBytes;
    if (offset === undefined || offset + width > sizeInBytes) {
      return undefined;
    }
    at[member] = offset;
  }
  return { sizeInBytes, at: at as Record<Name, number> };
}

/** How many elements an array within a structure has; 0 where it is none. */
export function countOf(types: TypeTable, struct: string, member: string): number {
  const type = types.struct(struct)?.member(member)?.type;
  return type?.kind === 'array' ? type.count : 0;
}

/** Why a container cannot be walked. */
export function unknownLayout(types: TypeTable, ...structs: readonly string[]): string {
  return `the kernel's types (${types.from}) have no usable ${structs.join(' and ')}`;
}
