import {
  type ByteSource,
  CountingSource,
  type Damage,
  isSourceFailure,
  readExactly,
} from '@vmcorekit/core';

/** Where the side index of a file would be. */
export interface SideIndexFile {
  readonly name: string;
  /** Undefined where there is none. */
  readonly open: () => Promise<ByteSource | undefined>;
}

/** A side index that was read. Its file is closed; `source` says what that took. */
export interface SideIndex {
  readonly bytes: Uint8Array;
  readonly source: CountingSource;
}

/** Of a flattened file of some 400 GiB. */
const maxSideIndexInBytes = 128 * 1024 * 1024;

/**
 * Reads a side index; undefined where there is none. One that cannot be read is damage, and the
 * file is read without it.
 */
export async function readSideIndex(
  { name, open }: SideIndexFile,
  fileSizeInBytes: number,
): Promise<SideIndex | Damage | undefined> {
  const notUsed = (because: string): Damage => ({
    name: 'index-not-used',
    detail: `${name}, which lies beside it: ${because}`,
    loses: 'nothing',
  });
  try {
    const found = await open();
    if (found === undefined) {
      return undefined;
    }
    using source = new CountingSource(found);
    const { sizeInBytes } = source;
    return sizeInBytes > Math.min(maxSideIndexInBytes, fileSizeInBytes)
      ? notUsed(`it has ${sizeInBytes} bytes, too many for an index of this file`)
      : { bytes: readExactly(source, 0, sizeInBytes, 'index'), source };
  } catch (error) {
    if (!isSourceFailure(error)) {
      throw error;
    }
    return notUsed(error.message);
  }
}
