import type { ByteOrder } from '../spaces.ts';
import { StructView } from '../struct-view.ts';
import { latin1UntilNul } from '../text.ts';
import { VMCOREINFO_NOTE_NAME } from './note-types.ts';

/** ELF note header, and the name padded to four bytes. */
const textOffset = 24;
/**
 * At most a page: VMCOREINFO_BYTES in Linux, include/linux/vmcore_info.h. The largest page size is
 * 64 KiB.
 */
const textLimitInBytes = 64 * 1024;
/** The first line of every VMCOREINFO. Source: crash_save_vmcoreinfo_init() in Linux. */
const vmcoreInfoStart = 'OSRELEASE=';

export interface FoundVmcoreInfo<Address> {
  readonly address: Address;
  readonly text: string;
}

/**
 * The text of a VMCOREINFO note that begins at offset 0 of what `read` reads; undefined where none
 * does. The note has name size 11, type 0 and the name, then `KEY=VALUE` lines from `OSRELEASE=`
 * on. Passes on what `read` throws.
 */
export function vmcoreInfoNoteText(
  read: (offset: number, lengthInBytes: number) => Uint8Array,
  byteOrder: ByteOrder,
): string | undefined {
  const header = new StructView(read(0, textOffset), byteOrder, 'VMCOREINFO note');
  const size = header.uint32(4);
  if (
    header.uint32(0) !== VMCOREINFO_NOTE_NAME.length + 1 ||
    header.uint32(8) !== 0 ||
    latin1UntilNul(header.slice(12, 12)) !== VMCOREINFO_NOTE_NAME ||
    size < vmcoreInfoStart.length ||
    size > textLimitInBytes
  ) {
    return undefined;
  }
  const text = latin1UntilNul(read(textOffset, size));
  return isVmcoreInfoText(text) ? text : undefined;
}

/** Lines of printable text that begin with OSRELEASE. The last line may be cut. */
function isVmcoreInfoText(text: string): boolean {
  return text.startsWith(vmcoreInfoStart) && /^[\n -~]+$/.test(text);
}
