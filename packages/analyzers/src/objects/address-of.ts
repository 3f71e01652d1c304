import { isVmcorekitError, type Kernel, type VirtualAddress } from '@vmcorekit/core';
import { evaluateExpression, loadedValue } from '@vmcorekit/linux';

const onlyName = /^\s*[A-Za-z_]\w*\s*$/;

/**
 * The address that an expression names. A pointer or a number is the address; of anything else in
 * memory, it is where that lies. A symbol needs no known type. Throws as `evaluateExpression` does.
 */
export function addressOf(kernel: Kernel, expression: string): VirtualAddress {
  try {
    const value = evaluateExpression(kernel, expression);
    return value.kind === 'object' && value.object.type.type?.kind !== 'pointer'
      ? value.object.address
      : BigInt.asUintN(kernel.memory.wordSizeInBits, loadedValue(kernel, value));
  } catch (error) {
    const mayBeUntyped = isVmcorekitError(error, 'usage') && onlyName.test(expression);
    if (!mayBeUntyped) {
      throw error;
    }
    const place = untypedPlace(kernel, expression);
    if (place === undefined) {
      throw error;
    }
    return place;
  }
}

/** Undefined for a per-CPU variable: its symbol is not the address of any copy. */
function untypedPlace(kernel: Kernel, expression: string): VirtualAddress | undefined {
  const name = expression.trim();
  const value = evaluateExpression(kernel, `&${name}`);
  const isTyped = value.kind === 'number' && value.type.text !== 'void *';
  return isTyped || value.kind !== 'number' ? undefined : value.value;
}
