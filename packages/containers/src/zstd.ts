import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

/** A Zstandard frame. Source: RFC 8878, section 3.1.1. */
export const zstd: Container = namedContainer({
  name: 'zstd',
  summary: 'a zstd-compressed file',
  advice: 'decompress it first: zstd -dc FILE > DUMP',
  probe: magicAt(0, '\x28\xb5\x2f\xfd'),
});
