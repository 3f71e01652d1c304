import { type DumpFormat, hasAt, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

const probeOld = magicAt(0, '\xed\xeb\x0f\xf0', '\xee\xeb\x0f\xf0');

/**
 * `xl dump-core`: an ELF core whose memory lies in sections, without program headers, and the older file that begins with 0xF00FEBED or
 * 0xF00FEBEE (little-endian). Source: Xen docs/misc/dump-core-format.txt, and libxc's xc_core_header.
 */
export const xenCore: DumpFormat = signatureFormat({
  name: 'xen-core',
  summary: 'a Xen domain core',
  advice: 'open it with crash, which reads it: crash VMLINUX FILE',
  probe: (head) => probeOld(head) ?? probeElf(head),
});

function probeElf(head: Uint8Array): string | undefined {
  if (!hasAt(head, 0, '\x7fELF') || !hasAt(head, 5, '\x01') || !hasAt(head, 16, '\x04\0')) {
    return undefined;
  }
  const programHeaderCountOffset = head[4] === 2 ? 56 : 44;
  if (!hasAt(head, programHeaderCountOffset, '\0\0')) {
    return undefined;
  }
  // XEN_ELFNOTE_DUMPCORE_NONE, 0x2000000, comes first in .note.Xen, its type right before the name.
  const note = indexOf(head, '\0\0\0\x02Xen\0');
  return note < 0 ? undefined : `is an ELF core without program headers, with a Xen note at offset ${note}`;
}

function indexOf(head: Uint8Array, magic: string): number {
  for (let at = 0; at + magic.length <= head.length; at++) {
    if (hasAt(head, at, magic)) {
      return at;
    }
  }
  return -1;
}
