import type { Compressor } from '@vmcorekit/core';
import { compress, uncompress } from 'snappyjs';
import { badData, placed } from './bad-data.ts';
import { snappyLength } from './snappy-length.ts';

const name = 'snappy-snappyjs';

/** Snappy (raw blocks, no framing) in JavaScript. */
export const snappySnappyjs: Compressor = {
  name,
  method: 'snappy',
  isAvailable: () => true,
  decode(input, output) {
    const length = snappyLength(name, input, output.length);
    let decoded: Uint8Array;
    try {
      decoded = uncompress(input, length);
    } catch (error) {
      throw badData(name, 'the decoder refuses the stream', error);
    }
    output.set(decoded);
    return length;
  },
  encode: (input, output) => placed(compress(input), output),
};
