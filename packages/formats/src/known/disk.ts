import { type DumpFormat, firstOf, hasAt, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

const partitionsAt = 446;
const partitionSizeInBytes = 16;

/**
 * A raw disk: a partition table, a volume or a file system. Source: UEFI specification (GPT, legacy
 * MBR); ECMA-119; Linux, fs/ext4/ext4.h and fs/xfs/libxfs/xfs_format.h; the LUKS on-disk format.
 */
export const disk: DumpFormat = signatureFormat({
  name: 'disk',
  summary: 'a disk, a volume or a file system, not a dump',
  advice:
    'if a dump lies in it, mount it and give the file (kdump writes to /var/crash); memory itself is captured with kdump or dump-guest-memory',
  holds: 'no-memory',
  probe: firstOf(
    magicAt(512, 'EFI PART'),
    magicAt(0, 'XFSB', 'hsqs', 'LUKS\xba\xbe'),
    magicAt(0x438, '\x53\xef'),
    magicAt(0x8001, 'CD001'),
    partitionTable,
  ),
});

/**
 * The four entries of a boot record: each is active or inactive, and at least one is used. A kernel
 * image has other bytes there.
 */
function partitionTable(head: Uint8Array): string | undefined {
  const entries = [0, 1, 2, 3].map((index) =>
    head.subarray(partitionsAt + index * partitionSizeInBytes),
  );
  const areEntries =
    entries.every(([state]) => state === 0 || state === 0x80) &&
    entries.some(({ 4: type = 0 }) => type !== 0);
  return hasAt(head, 510, '\x55\xaa') && areEntries
    ? 'begins with a boot record and its partition table'
    : undefined;
}
