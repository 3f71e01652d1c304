import {
  isVmcorekitError,
  type Kernel,
  type VirtualAddress,
  VmcorekitError,
} from '@vmcorekit/core';
import { evaluateExpression, loadedValue } from '@vmcorekit/linux';

const onlyName = /^\s*[A-Za-z_]\w*\s*$/;

/** `init_task+0x10`, as stacks and `sym` write it. */
const nameAndOffset = /^\s*([A-Za-z_]\w*)\s*([+-])\s*(0[xX][\da-fA-F]+|[1-9]\d*|0)\s*$/;
const numberKinds: ReadonlySet<string | undefined> = new Set(['pointer', 'integer']);

/**
 * The address that an expression names. A pointer or a number is the address; of anything else in
 * memory, it is where that lies. A symbol needs no known type. An offset from a symbol counts
 * bytes; all other arithmetic is that of C. Throws as `evaluateExpression` does, and `usage` for an
 * offset from a variable that is a pointer or an integer.
 */
export function addressOf(kernel: Kernel, expression: string): VirtualAddress {
  const counted = placeByOffset(kernel, expression);
  if (counted !== undefined) {
    return counted;
  }
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

/**
 * The place so many bytes from a symbol; undefined for any other expression. Throws `usage` for a
 * pointer or an integer, of which two places can be meant.
 */
export function placeByOffset(kernel: Kernel, expression: string): VirtualAddress | undefined {
  const [, name = '', sign = '+', digits = '0'] = nameAndOffset.exec(expression) ?? [];
  if (name === '') {
    return undefined;
  }
  if (isNumber(kernel, name)) {
    throw new VmcorekitError('usage', {
      what: 'the address',
      got: expression,
      allowed:
        `bytes from the address in ${name}, (char *)${name} ${sign} ${digits}, ` +
        `or from where ${name} lies, (char *)&${name} ${sign} ${digits}`,
    });
  }
  const offset = sign === '-' ? -BigInt(digits) : BigInt(digits);
  return BigInt.asUintN(kernel.memory.wordSizeInBits, addressOf(kernel, name) + offset);
}

/** Whether a variable is a pointer or an integer: what it holds can be the address, too. */
function isNumber(kernel: Kernel, name: string): boolean {
  try {
    const value = evaluateExpression(kernel, name);
    return value.kind === 'object' && numberKinds.has(value.object.type.type?.kind);
  } catch (error) {
    if (isVmcorekitError(error, 'usage')) {
      return false;
    }
    throw error;
  }
}
