import { addressOf } from '@vmcorekit/analyzers';
import { endOfPhysicalSpace, type Kernel, parseAddress, VmcorekitError } from '@vmcorekit/core';
import type { Place, Space } from '../../protocol/memory-calls.ts';

/**
 * The place that a user names. A number is an address in the space that the user looks at; one
 * above 52 bits can only be virtual. All else is an expression of the kernel: `linux_banner`,
 * `init_task+0x10`. Throws `usage`.
 */
export function placeOf(kernel: Kernel | null, text: string, space: Space): Place {
  const trimmed = text.trim();
  if (/^(?:0x[\da-f]+|\d+)$/i.test(trimmed)) {
    const address = parseAddress(trimmed, 'the address');
    return { address, space: address < endOfPhysicalSpace ? space : 'virtual' };
  }
  if (kernel === null) {
    throw new VmcorekitError('usage', {
      what: 'the address',
      got: trimmed,
      allowed: 'a number, because no kernel was found whose symbols could be looked up',
    });
  }
  return { address: addressOf(kernel, trimmed), space: 'virtual' };
}
