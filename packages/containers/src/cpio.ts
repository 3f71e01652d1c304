import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

/**
 * The portable ASCII formats. Source: Linux,
 * Documentation/driver-api/early-userspace/buffer-format.rst.
 */
export const cpio: Container = namedContainer({
  name: 'cpio',
  summary: 'an archive (cpio)',
  advice: 'unpack it first: cpio -id < FILE',
  probe: magicAt(0, '070701', '070702', '070707'),
});
