import { type ByteSource, fileHeadOf, VmcorekitError } from '@vmcorekit/core';
import type { Claims } from './claims.ts';

/**
 * For one of several files that a user placed in memory. They are read as one, so none of them is
 * unpacked: throws `unsupported` for a container, whose bytes are not those of the memory.
 */
export function refusePacked(claims: Claims, part: ByteSource): void {
  const { container } = claims.certainContainerOf(fileHeadOf(part)) ?? {};
  if (container !== undefined) {
    throw new VmcorekitError('unsupported', {
      what: `${part.name} is a container (${container.name}), not memory itself`,
      advice: 'unpack it first, because several files with addresses are read as they are',
    });
  }
}
