import type { Compressor } from '@vmcorekit/core';
import {
  deflate,
  Z_BUF_ERROR,
  Z_FINISH,
  Z_NEED_DICT,
  Z_OK,
  Z_STREAM_END,
  ZStream,
  zlibInflate,
  zlibInflateInit2,
  zlibInflateReset,
} from 'pako';
import { badData, endsEarly, placed, tooLong } from './bad-data.ts';

const name = 'zlib-pako';
const nothing = new Uint8Array(0);

/** The zlib wrapper with the largest window; nothing else is tried (no gzip). */
const windowBits = 15;

/** One stream for all pages: its tables are built once, and it decodes straight into the page. */
let stream: ZStream | undefined;

/**
 * zlib in JavaScript, for platforms without Node. Encodes at level 1, as makedumpfile and QEMU do.
 */
export const zlibPako: Compressor = {
  name,
  method: 'zlib',
  isAvailable: () => true,
  decode(input, output) {
    const inflating = reset();
    inflating.input = input;
    inflating.next_in = 0;
    inflating.avail_in = input.length;
    inflating.output = output as Uint8Array<ArrayBuffer>;
    inflating.next_out = 0;
    inflating.avail_out = output.length;
    const status = zlibInflate(inflating, Z_FINISH);
    inflating.input = nothing;
    inflating.output = nothing;
    if (status === Z_STREAM_END) {
      if (inflating.avail_in > 0) {
        throw badData(name, `the stream ends at byte ${inflating.next_in} of ${input.length}`);
      }
      return inflating.next_out;
    }
    if (status === Z_NEED_DICT) {
      throw badData(name, 'the stream wants a dictionary');
    }
    if (status === Z_BUF_ERROR || status === Z_OK) {
      throw inflating.avail_in === 0 ? endsEarly(name, input.length) : tooLong(name, output.length);
    }
    throw badData(name, inflating.msg || `inflate gives status ${status}`);
  },
  encode: (input, output) => placed(deflate(input, { level: 1 }), output),
};

function reset(): ZStream {
  if (stream === undefined) {
    stream = new ZStream();
    zlibInflateInit2(stream, windowBits);
  }
  zlibInflateReset(stream);
  return stream;
}
