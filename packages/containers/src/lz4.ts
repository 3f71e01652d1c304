import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

/** An LZ4 frame, or the legacy frame of the kernel's tools. Source: LZ4's frame format. */
export const lz4: Container = namedContainer({
  name: 'lz4',
  summary: 'an lz4-compressed file',
  advice: 'decompress it first: lz4 -dc FILE > DUMP',
  probe: magicAt(0, '\x04\x22\x4d\x18', '\x02\x21\x4c\x18'),
});
