import { Bzip2Blocks } from '@vmcorekit/compressors';
import {
  type ByteSource,
  type ByteStore,
  type Container,
  type ContainerContents,
  hasAt,
  type OpenContext,
  type Progress,
} from '@vmcorekit/core';
import { BlockList } from './bzip2/block-list.ts';
import { bzip2Pieces } from './bzip2/pieces.ts';
import { contentsOf, notUsed } from './contents.ts';
import { lackOfRoom, StoreWhileRoom } from './scratch.ts';
import { spool } from './spool.ts';

const name = 'bzip2';
/** The block size follows, 1 to 9, and the mark of a block. */
export const bzip2Magic = 'BZh';

/**
 * bzip2, of one stream or many. How much a block holds is known only when it is decoded, so the
 * file is unpacked when it is opened. Where scratch space is too small for that, or an index was
 * kept, each block is decoded when it is read. The mark is `BZh`, the block size 1 to 9, and that
 * of a block or of the end. Source: bzip2's documentation.
 */
export const bzip2: Container = {
  name,
  probe({ head }) {
    const size = head[3] ?? 0;
    const isBlock = hasAt(head, 4, '1AY&SY') || hasAt(head, 4, '\x17rE8P\x90');
    return hasAt(head, 0, bzip2Magic) && size >= 0x31 && size <= 0x39 && isBlock
      ? { because: "begins with 'BZh' and the mark of a block", strength: 'signature' }
      : undefined;
  },
  async open(file, context) {
    return opened(file, context, await context.scratch());
  },
};

function* opened(
  file: ByteSource,
  context: OpenContext,
  store: ByteStore,
): Generator<Progress, ContainerContents, void> {
  const { snapshot: kept } = context;
  const known = kept === null ? undefined : BlockList.decode(kept, file);
  if (known instanceof BlockList) {
    const snapshot = kept === null ? undefined : () => kept;
    return contentsOf(file, { content: known.source(file), damage: [], owned: store, snapshot });
  }
  const list = new BlockList();
  const unpacked = new StoreWhileRoom(store, lackOfRoom(file, store, file.sizeInBytes));
  const pieces = bzip2Pieces(file, new Bzip2Blocks(), (block) => list.add(block));
  const { content, damage } = yield* spool(file, name, pieces, unpacked, context, null);
  return contentsOf(file, {
    content: unpacked.failure === undefined ? content : list.source(file),
    damage: [...(known === undefined ? [] : [notUsed(known)]), ...damage],
    owned: store,
    snapshot: damage.length > 0 ? undefined : () => list.encode(file),
  });
}
