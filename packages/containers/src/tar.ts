import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

/** ustar, and as GNU tar writes it. Source: POSIX, pax. */
export const tar: Container = namedContainer({
  name: 'tar',
  summary: 'an archive (tar)',
  advice: 'unpack it first: tar -xf FILE',
  probe: magicAt(257, 'ustar\0', 'ustar '),
});
