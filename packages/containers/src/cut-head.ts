import { type Container, latin1Text, VmcorekitError } from '@vmcorekit/core';
import { sevenZipMagic } from './7z.ts';
import { bzip2Magic } from './bzip2.ts';
import { lz4Magics } from './lz4.ts';
import { lzopMagic } from './lzop/header.ts';
import { rarMagic } from './rar.ts';
import { xzMagic } from './xz/stream-header.ts';
import { zstdMagic } from './zstd.ts';

/** Fewer bytes begin many kinds of files. */
const leastBytes = 3;
const kinds: readonly (readonly [kind: string, start: string])[] = [
  ['zstd', zstdMagic],
  ...lz4Magics.map((magic) => ['lz4', magic] as const),
  ['lzop', lzopMagic],
  ['xz', xzMagic],
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((size) => ['bzip2', `${bzip2Magic}${size}1AY&SY`] as const),
  ['7z', sevenZipMagic],
  ['rar', rarMagic],
];

const longestInBytes: number = Math.max(...kinds.map(([, start]) => start.length));

/** A file that ends within the mark that its kind begins with: a copy or a download that failed. */
export const cutHead: Container = {
  name: 'cut-head',
  isNamedOnly: true,
  probe({ head, sizeInBytes }) {
    const kind = kindOf(head, sizeInBytes);
    return kind === undefined
      ? undefined
      : { because: `ends within the mark of a ${kind[0]} file`, strength: 'name-only' };
  },
  async open(file) {
    const head = new Uint8Array(Math.min(file.sizeInBytes, longestInBytes));
    const [kind, start] = kindOf(head.subarray(0, file.readInto(0, head)), file.sizeInBytes) ?? [];
    throw new VmcorekitError('truncated', {
      structure: `mark of a ${kind ?? 'compressed'} file`,
      fileOffset: 0,
      wanted: start?.length ?? leastBytes,
      got: file.sizeInBytes,
      fileSize: file.sizeInBytes,
    });
  },
};

function kindOf(
  head: Uint8Array,
  sizeInBytes: number,
): readonly [kind: string, start: string] | undefined {
  const text = latin1Text(head.subarray(0, longestInBytes));
  return sizeInBytes < leastBytes
    ? undefined
    : kinds.find(([, start]) => sizeInBytes < start.length && start.startsWith(text));
}
