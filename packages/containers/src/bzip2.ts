import { Bzip2Blocks } from '@vmcorekit/compressors';
import { type Container, hasAt } from '@vmcorekit/core';
import { bzip2Pieces } from './bzip2/pieces.ts';
import { contentsOf } from './contents.ts';
import { spool } from './spool.ts';

const name = 'bzip2';
/** The block size follows, 1 to 9, and the mark of a block. */
export const bzip2Magic = 'BZh';

/**
 * bzip2, of one stream or many. How much a block holds is known only when it is decoded, so the
 * file is unpacked when it is opened. The mark is `BZh`, the block size 1 to 9, and that of a block
 * or of the end. Source: bzip2's documentation.
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
    const store = await context.scratch();
    return (function* () {
      const pieces = bzip2Pieces(file, new Bzip2Blocks());
      const spooled = yield* spool(file, name, pieces, store, context, null);
      return contentsOf(file, { ...spooled, owned: store });
    })();
  },
};
