import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

/** Source: the .xz file format, section 2.1.1.1. */
export const xz: Container = namedContainer({
  name: 'xz',
  summary: 'an xz-compressed file',
  advice: 'decompress it first: xz -dc FILE > DUMP',
  probe: magicAt(0, '\xfd7zXZ\0'),
});
