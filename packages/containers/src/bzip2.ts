import { type Container, hasAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

/**
 * `BZh`, the block size 1 to 9, and the mark of a block or of the end. Source: bzip2's
 * documentation.
 */
export const bzip2: Container = namedContainer({
  name: 'bzip2',
  summary: 'a bzip2-compressed file',
  advice: 'decompress it first: bzip2 -dc FILE > DUMP',
  probe(head) {
    const size = head[3] ?? 0;
    const isBlock = hasAt(head, 4, '1AY&SY') || hasAt(head, 4, '\x17rE8P\x90');
    return hasAt(head, 0, 'BZh') && size >= 0x31 && size <= 0x39 && isBlock
      ? "begins with 'BZh' and the mark of a block"
      : undefined;
  },
});
