import { hex } from '@vmcorekit/core';

/** An address as JSON shows it: a hexadecimal string, for a number would lose the high bits of a virtual one. */
export function addressJson(address: number | bigint | null | undefined): string | null {
  return address == null ? null : hex(address);
}
