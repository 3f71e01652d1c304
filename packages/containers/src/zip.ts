import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

/** A local file header, or the end of an empty archive. Source: PKWARE, APPNOTE.TXT. */
export const zip: Container = namedContainer({
  name: 'zip',
  summary: 'an archive (zip)',
  advice: 'unpack it first: unzip FILE',
  probe: magicAt(0, 'PK\x03\x04', 'PK\x05\x06'),
});
