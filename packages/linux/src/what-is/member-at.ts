import { hex, type StructMember, type StructType, type ValueType } from '@vmcorekit/core';

const maxNesting = 8;

/**
 * The path of the innermost member that holds a byte, with the distance from its start. Empty for
 * the first byte of the structure.
 */
export function memberAt(struct: StructType, offsetInBytes: number): string {
  if (offsetInBytes === 0) {
    return '';
  }
  let path = '';
  let within = offsetInBytes;
  let type: ValueType | null = { kind: 'struct', struct };
  for (let step = 0; step < maxNesting; step++) {
    if (type?.kind !== 'struct' && type?.kind !== 'union') {
      break;
    }
    const member: StructMember | undefined = (type.struct.members?.() ?? []).find(
      ({ offsetInBytes: start, sizeInBytes }) =>
        start <= within && within < start + (sizeInBytes ?? 0),
    );
    if (member === undefined) {
      break;
    }
    path += member.name === '' ? '' : `.${member.name}`;
    within -= member.offsetInBytes;
    type = member.type;
  }
  return within === 0 ? path : `${path}+${hex(within)}`;
}
