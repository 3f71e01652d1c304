import {
  type ByteSource,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  hasAt,
  type OpenContext,
  onlyFile,
  type Progress,
} from '@vmcorekit/core';
import { openCore } from './core/core-image.ts';

/** XEN_ELFNOTE_DUMPCORE_NONE, 0x2000000, comes first; its type is right before the name. */
const xenNote = '\0\0\0\x02Xen\0';
const memorySection = '.xen_pages\0';

/** `xl dump-core`: an ELF core without program headers, whose sections have names of Xen. */
export class XenCoreFormat implements DumpFormat {
  readonly name: string = 'xen-core';
  readonly summary: string = 'cores of Xen domains, PV, HVM and PVH: xl dump-core';

  /** The names of sections lie at the end of the file. */
  probe(file: FileHead): FileClaim | undefined {
    const { head } = file;
    const isCore =
      hasAt(head, 0, '\x7fELF\x02\x01') && hasAt(head, 16, '\x04\0') && hasAt(head, 56, '\0\0');
    if (!isCore) {
      return undefined;
    }
    const because = holds(head, xenNote)
      ? 'a Xen note'
      : [head, file.tail(file.sizeInBytes)].some((end) => holds(end, memorySection))
        ? 'a section .xen_pages'
        : undefined;
    return because === undefined
      ? undefined
      : { because: `an ELF core without program headers, with ${because}`, strength: 'signature' };
  }

  async open(
    files: readonly ByteSource[],
    { architectures }: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const file = onlyFile(files, 'a Xen core');
    return openCore(this.name, file, architectures);
  }
}

function holds(bytes: Uint8Array, magic: string): boolean {
  for (let at = bytes.indexOf(magic.charCodeAt(0)); at >= 0; ) {
    if (hasAt(bytes, at, magic)) {
      return true;
    }
    at = bytes.indexOf(magic.charCodeAt(0), at + 1);
  }
  return false;
}
