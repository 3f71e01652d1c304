import { type ByteSource, fileHeadOf, VmcorekitError } from '@vmcorekit/core';
import type { Claims } from './claims.ts';

/**
 * For a layer, or one of several files that a user placed in memory. They are read as one, so none
 * is unpacked: throws `unsupported` for a container, whose bytes are not those of the memory.
 */
export function refusePacked(claims: Claims, part: ByteSource, isLayer: boolean): void {
  const { container } = claims.certainContainerOf(fileHeadOf(part)) ?? {};
  if (container !== undefined) {
    throw new VmcorekitError('unsupported', {
      what: `${part.name} is a container (${container.name}), not memory itself`,
      advice: isLayer
        ? 'unpack it first, because layers are read as they are'
        : 'unpack it first, or add --format raw if these bytes are memory: several files with addresses are read as they are',
    });
  }
}
