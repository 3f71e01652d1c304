import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

/** gzip with deflate, its only method. Source: RFC 1952. */
export const gzip: Container = namedContainer({
  name: 'gzip',
  summary: 'a gzip-compressed file',
  advice: 'decompress it first: gzip -dc FILE > DUMP',
  probe: magicAt(0, '\x1f\x8b\x08'),
});
