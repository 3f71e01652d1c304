import { type DumpFormat, type FileHead, hasAt, magicAt } from '@vmcorekit/core';
import { signatureFormat } from './signature-format.ts';

const probeOld = magicAt(0, '\xed\xeb\x0f\xf0', '\xee\xeb\x0f\xf0');
/**
 * XEN_ELFNOTE_DUMPCORE_NONE, 0x2000000, comes first in .note.Xen, its type right before the name.
 */
const xenNote = '\0\0\0\x02Xen\0';
const memorySection = '.xen_pages\0';

/**
 * `xl dump-core`: an ELF core whose memory lies in the section `.xen_pages`, without program
 * headers, and the older file that begins with 0xF00FEBED or 0xF00FEBEE (little-endian). Source:
 * Xen docs/misc/dump-core-format.txt, and libxc's xc_core_header.
 */
export const xenCore: DumpFormat = signatureFormat({
  name: 'xen-core',
  summary: 'the core of a Xen domain (xl dump-core)',
  advice: 'open it with crash, which reads it: crash VMLINUX FILE',
  probe: (head, file) => probeOld(head) ?? probeElf(file),
});

/** The names of sections lie at the end of the file, or where the file is small, at both ends. */
function probeElf(file: FileHead): string | undefined {
  const { head } = file;
  const programHeaderCountOffset = head[4] === 2 ? 56 : 44;
  const isCore = hasAt(head, 0, '\x7fELF') && hasAt(head, 5, '\x01') && hasAt(head, 16, '\x04\0');
  if (!isCore || !hasAt(head, programHeaderCountOffset, '\0\0')) {
    return undefined;
  }
  const note = indexOf(head, xenNote);
  if (note >= 0) {
    return `is an ELF core without program headers, with a Xen note at offset ${note}`;
  }
  const isNamed = [head, file.tail(file.sizeInBytes)].some(
    (end) => indexOf(end, memorySection) >= 0,
  );
  return isNamed ? 'is an ELF core without program headers, with a section .xen_pages' : undefined;
}

function indexOf(bytes: Uint8Array, magic: string): number {
  for (let at = 0; at + magic.length <= bytes.length; at++) {
    if (hasAt(bytes, at, magic)) {
      return at;
    }
  }
  return -1;
}
