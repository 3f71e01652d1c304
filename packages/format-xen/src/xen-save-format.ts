import {
  type ByteSource,
  type DumpFormat,
  type DumpImage,
  type FileClaim,
  type FileHead,
  type OpenContext,
  onlyFile,
  type Progress,
} from '@vmcorekit/core';
import { isSave } from './save/save-header.ts';
import { openSave } from './save/save-image.ts';

/** `xl save`: a header, the domain's configuration, and its state as a stream of records. */
export class XenSaveFormat implements DumpFormat {
  readonly name: string = 'xen-save';
  readonly summary: string = 'saved Xen domains, PV, HVM and PVH: xl save of Xen 4.6 and later';

  probe({ head }: FileHead): FileClaim | undefined {
    return isSave(head)
      ? { because: "the header 'Xen saved domain, xl format'", strength: 'signature' }
      : undefined;
  }

  async open(
    files: readonly ByteSource[],
    { architectures }: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const file = onlyFile(files, 'a Xen save');
    return openSave(this.name, file, architectures);
  }
}
