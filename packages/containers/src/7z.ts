import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

/** Source: 7-Zip, 7zFormat.txt. */
export const sevenZip: Container = namedContainer({
  name: '7z',
  summary: 'an archive (7z)',
  advice: 'unpack it first: 7z x FILE',
  probe: magicAt(0, '7z\xbc\xaf\x27\x1c'),
});
