import { type DeclaredType, type Kernel, targetOf, type VirtualAddress } from '@vmcorekit/core';
import { evaluateExpression, variableTypes } from '@vmcorekit/linux';
import { addressOf } from './address-of.ts';
import { type ContainerKind, kindOfHead } from './list-walk.ts';

/** Where a container starts, and what is known of it. */
export interface ListHead {
  readonly address: VirtualAddress;
  /** By the type of the head; undefined where that does not say. */
  readonly kind: ContainerKind | undefined;
  /** As C writes it; undefined for an address, and where no type is known. */
  readonly type: string | undefined;
  /** What hangs on it, as `structure.member`; undefined where that is not known. */
  readonly elements: string | undefined;
}

/** The head that an expression names. A pointer leads to its head. Throws as `addressOf` does. */
export function headOf(kernel: Kernel, expression: string): ListHead {
  const name = expression.trim();
  const elements = variableTypes.get(name)?.elements;
  if (/^\w*$/.test(name) && !/^\d/.test(name) && !variableTypes.has(name)) {
    // The symbol of a variable without a type is a head as well.
    return { address: addressOf(kernel, name), ...kindOf(kernel, name), elements };
  }
  const value = evaluateExpression(kernel, expression);
  const wordSizeInBytes = kernel.memory.wordSizeInBits / 8;
  const type = value.kind === 'object' ? value.object.type : value.type;
  const isPointer = type.type?.kind === 'pointer';
  const head = isPointer ? targetOf(type, wordSizeInBytes) : type;
  return {
    address: addressOf(kernel, expression),
    kind: kindOfHead(head),
    type: value.kind === 'number' && !isPointer ? undefined : typeText(head),
    elements,
  };
}

function kindOf(kernel: Kernel, name: string): Pick<ListHead, 'kind' | 'type'> {
  const known = kernel.types.variableType?.(name)?.type;
  return known === undefined
    ? { kind: undefined, type: undefined }
    : { kind: kindOfHead(known), type: typeText(known) };
}

function typeText({ type, text }: DeclaredType): string | undefined {
  return type === null ? undefined : text;
}
