import { addressOf } from '@vmcorekit/analyzers';
import { endOfPhysicalSpace, type Kernel, parseAddress, VmcorekitError } from '@vmcorekit/core';
import type { Place } from '../../protocol/memory-calls.ts';

/**
 * The place that a user names. An address of at most 52 bits is physical, a higher one virtual. All
 * else is an expression of the kernel: `linux_banner`, `init_task+0x10`. Throws `usage`.
 */
export function placeOf(kernel: Kernel | null, text: string): Place {
  const trimmed = text.trim();
  if (/^(?:0x[\da-f]+|\d+)$/i.test(trimmed)) {
    const address = parseAddress(trimmed, 'the address');
    return { address, space: address < endOfPhysicalSpace ? 'physical' : 'virtual' };
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
