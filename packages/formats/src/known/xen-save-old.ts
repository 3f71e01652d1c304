import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * What `xm save` of the old toolstack wrote, and `XenSavedDomain` of the toolstack of XenServer and
 * XCP-ng. Source: Xen's xend, and xenopsd's suspend images.
 */
export const xenSaveOld: DumpFormat = signatureFormat({
  name: 'xen-save-old',
  summary: 'a saved Xen domain of another toolstack than xl',
  advice:
    'resume it paused where it was saved, then write a dump with xl dump-core DOMAIN FILE (xm dump-core in its time)',
  probe: magicAt(0, 'LinuxGuestRecord', 'XenSavedDomain\n'),
});
