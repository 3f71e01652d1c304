import { type Kernel, targetOf, type VirtualAddress } from '@vmcorekit/core';
import { evaluateExpression, variableTypes } from '@vmcorekit/linux';
import { addressOf } from './address-of.ts';
import { type ContainerKind, kindOfHead } from './list-walk.ts';

/** Where a container starts, and what is known of it. */
export interface ListHead {
  readonly address: VirtualAddress;
  /** By the type of the head; undefined where that does not say. */
  readonly kind: ContainerKind | undefined;
  /** What hangs on it, as `structure.member`; undefined where that is not known. */
  readonly elements: string | undefined;
}

/** The head that an expression names. A pointer leads to its head. Throws as `addressOf` does. */
export function headOf(kernel: Kernel, expression: string): ListHead {
  const name = expression.trim();
  const elements = variableTypes.get(name)?.elements;
  if (/^\w*$/.test(name) && !/^\d/.test(name) && !variableTypes.has(name)) {
    // The symbol of a variable without a type is a head as well.
    return { address: addressOf(kernel, name), kind: kindOf(kernel, name), elements };
  }
  const value = evaluateExpression(kernel, expression);
  const wordSizeInBytes = kernel.memory.wordSizeInBits / 8;
  const type = value.kind === 'object' ? value.object.type : value.type;
  const isPointer = type.type?.kind === 'pointer';
  const kind = kindOfHead(isPointer ? targetOf(type, wordSizeInBytes) : type);
  return { address: addressOf(kernel, expression), kind, elements };
}

function kindOf(kernel: Kernel, name: string): ContainerKind | undefined {
  const known = kernel.types.variableType?.(name);
  return known === undefined ? undefined : kindOfHead(known.type);
}
