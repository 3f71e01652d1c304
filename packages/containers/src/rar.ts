import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

export const rarMagic = 'Rar!\x1a\x07';

/** RAR 1.5 and later. Source: RARLAB, RAR 5.0 archive format. */
export const rar: Container = namedContainer({
  name: 'rar',
  summary: 'an archive (rar)',
  advice: 'unpack it first: unrar x FILE',
  isCertain: true,
  probe: magicAt(0, rarMagic),
});
