import { type TypeTable, type VirtualAddress, VmcorekitError } from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import type { Containers } from './walk.ts';

type Offsets = Map<string, Map<string, bigint>>;

/** By structure and member. Looking a member up by name takes far longer than reading a node. */
const offsetsOf: (types: TypeTable) => Offsets = perKernel(() => new Map());

/**
 * The address of the structure that a node lies in: `containerOf(kernel, 'task_struct', 'tasks',
 * node)`. The member may be a path. Throws `unknown-name` where the kernel's types do not have it.
 */
export function containerOf(
  kernel: Pick<Containers, 'types'>,
  struct: string,
  member: string,
  node: VirtualAddress,
): VirtualAddress {
  return BigInt.asUintN(64, node - offsetOf(kernel, struct, member));
}

/** Where a member lies in its structure, in bytes. Throws as `containerOf` does. */
export function offsetOf(
  { types }: Pick<Containers, 'types'>,
  struct: string,
  member: string,
): bigint {
  return offsetsOf(types).get(struct)?.get(member) ?? addOffset(types, struct, member);
}

function addOffset(types: TypeTable, struct: string, member: string): bigint {
  const type = types.struct(struct);
  const found = type?.member(member);
  if (found === undefined) {
    throw new VmcorekitError('unknown-name', {
      kind: type === undefined ? 'structure' : `member of struct ${struct}`,
      name: type === undefined ? struct : member,
      known: [],
    });
  }
  const offset = BigInt(found.offsetInBytes);
  const ofStruct = offsetsOf(types).get(struct) ?? new Map<string, bigint>();
  offsetsOf(types).set(struct, ofStruct.set(member, offset));
  return offset;
}
