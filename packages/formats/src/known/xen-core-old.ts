import { type DumpFormat, firstOf, hasAt, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

const probeOldest = magicAt(0, '\xed\xeb\x0f\xf0', '\xee\xeb\x0f\xf0');
/** XEN_ELFNOTE_DUMPCORE_NONE, 0x2000000, comes first, its type right before the name. */
const xenNote = '\0\0\0\x02Xen\0';

/**
 * Cores that Xen wrote before its ELF files had 64 bits on every machine, in 2007; and the file
 * before those, which begins with 0xF00FEBED or 0xF00FEBEE (little-endian). Source: Xen,
 * docs/misc/dump-core-format.txt, and libxc's xc_core_header.
 */
export const xenCoreOld: DumpFormat = signatureFormat({
  name: 'xen-core-old',
  summary: 'the core of a Xen domain, by a Xen of 2007 or before',
  advice: 'open it with crash, which reads it: crash VMLINUX FILE',
  probe: firstOf(probeOldest, probeElf32),
});

function probeElf32(head: Uint8Array): string | undefined {
  const isCore = hasAt(head, 0, '\x7fELF\x01\x01') && hasAt(head, 16, '\x04\0');
  if (!isCore || !hasAt(head, 44, '\0\0')) {
    return undefined;
  }
  for (let at = 0; at + xenNote.length <= head.length; at++) {
    if (hasAt(head, at, xenNote)) {
      return `is a 32-bit ELF core without program headers, with a Xen note at offset ${at}`;
    }
  }
  return undefined;
}
