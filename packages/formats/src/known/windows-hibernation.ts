import { type DumpFormat, hasAt, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

const probeSignature = magicAt(0, 'hibr', 'HIBR', 'wake', 'WAKE', 'rstr', 'RSTR');
/** PageSize, 4096, in 32-bit and 64-bit layouts: the signature alone could be a word of text. */
const pageSize = '\0\x10\0\0';
const pageSizeOffsets = [0x14, 0x18];

/**
 * hiberfil.sys, the memory of a hibernated Windows: begins with a `PO_MEMORY_IMAGE`. Source:
 * volatility's documentation.
 */
export const windowsHibernation: DumpFormat = signatureFormat({
  name: 'windows-hibernation',
  summary: 'a Windows hibernation file',
  advice: 'the kernel in it is not Linux; open it with volatility3',
  probe: (head) =>
    pageSizeOffsets.some((offset) => hasAt(head, offset, pageSize))
      ? probeSignature(head)
      : undefined,
});
