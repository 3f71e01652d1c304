import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

/** Source: lzop, the magic of its file header. */
export const lzop: Container = namedContainer({
  name: 'lzop',
  summary: 'an lzop-compressed file',
  advice: 'decompress it first: lzop -dc FILE > DUMP',
  probe: magicAt(0, '\x89LZO\0\r\n\x1a\n'),
});
