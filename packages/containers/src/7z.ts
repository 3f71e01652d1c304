import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

export const sevenZipMagic = '7z\xbc\xaf\x27\x1c';

/** Source: 7-Zip, 7zFormat.txt. */
export const sevenZip: Container = namedContainer({
  name: '7z',
  summary: 'an archive (7z)',
  advice: 'unpack it first: 7z x FILE',
  isCertain: true,
  probe: magicAt(0, sevenZipMagic),
});
