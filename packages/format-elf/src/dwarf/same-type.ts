import { DescribedStruct, type ValueType } from '@vmcorekit/core';

/** Pointers to pointers, arrays of arrays: deeper ones are not compared. */
const maxDepth = 8;

/** Whether two types have the same layout. What pointers lead to is compared by kind and name. */
export function sameType(one: ValueType, other: ValueType, depth: number = 0): boolean {
  if (depth > maxDepth) {
    return false;
  }
  const inner = (a: ValueType | null, b: ValueType | null): boolean =>
    a === null || b === null ? a === b : sameType(a, b, depth + 1);
  switch (one.kind) {
    case 'integer':
      return (
        other.kind === 'integer' &&
        one.sizeInBytes === other.sizeInBytes &&
        one.isSigned === other.isSigned
      );
    case 'float':
      return other.kind === 'float' && one.sizeInBytes === other.sizeInBytes;
    case 'enumeration':
      return (
        other.kind === 'enumeration' &&
        one.name === other.name &&
        one.sizeInBytes === other.sizeInBytes
      );
    case 'pointer':
      return other.kind === 'pointer' && inner(one.to, other.to);
    case 'array':
      return other.kind === 'array' && one.count === other.count && inner(one.of, other.of);
    case 'struct':
    case 'union':
      return (
        other.kind === one.kind &&
        one.struct.name === other.struct.name &&
        one.struct instanceof DescribedStruct &&
        other.struct instanceof DescribedStruct &&
        one.struct.isLike(other.struct)
      );
    case 'function':
      return other.kind === 'function';
  }
}
