import {
  BlockSource,
  type ByteSource,
  type Compressor,
  type Container,
  type ContainerContents,
  magicAt,
  type OpenContext,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { checkUnpacked, contentsOf } from './contents.ts';
import { decodeBlock } from './lzop/decode-block.ts';
import { lzopMagic, readLzopHeader } from './lzop/header.ts';
import { walkBlocks } from './lzop/walk-blocks.ts';

const name = 'lzop';
const isLzop = magicAt(0, lzopMagic);

/** lzop with LZO1X. Each block is decoded, and its checksums checked, when it is read. */
export const lzop: Container = {
  name,
  probe({ head }) {
    const because = isLzop(head);
    return because === undefined ? undefined : { because, strength: 'signature' };
  },
  async open(file, context) {
    if (readLzopHeader(file, 0) === undefined) {
      throw new VmcorekitError('malformed', {
        structure: 'lzop header',
        fileOffset: 0,
        field: 'magic',
        wanted: '\\x89LZO',
        got: 'other bytes',
      });
    }
    return opened(file, context, await context.compressors.ready('lzo', 'decode'));
  },
};

function* opened(
  file: ByteSource,
  context: OpenContext,
  lzo: Compressor,
): Generator<Progress, ContainerContents, void> {
  const { index, members, damage } = yield* walkBlocks(file);
  checkUnpacked(context, 'lzop file', 0, index.unpackedSizeInBytes);
  const content = new BlockSource(file, {
    name: `${name}(${file.name})`,
    codec: name,
    index,
    decode: (packed, unpacked, block) => {
      const member = members.findLast(({ firstBlock }) => firstBlock <= block);
      return decodeBlock(packed, unpacked, member?.flags ?? 0, lzo);
    },
  });
  return contentsOf(file, { content, damage });
}
