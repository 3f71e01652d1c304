import { type DumpFormat, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

/**
 * A Windows crash dump: `DUMP_HEADER` begins with `PAGE` and `DUMP` (32-bit) or `DU64`. QEMU's
 * `dump-guest-memory -w` writes these too. Source: Microsoft's dbgeng headers, QEMU docs.
 */
export const windowsCrashDump: DumpFormat = signatureFormat({
  name: 'windows-crash-dump',
  summary: 'a Windows crash dump',
  advice: 'the kernel in it is not Linux; open it with WinDbg or volatility3',
  probe: magicAt(0, 'PAGEDUMP', 'PAGEDU64'),
});
