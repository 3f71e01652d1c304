import { plugin } from '@vmcorekit/compressors';
import { type Compressor, isVmcorekitError } from '@vmcorekit/core';
import { type FuzzTarget, must } from '../target.ts';

const pageSizeInBytes = 4096;
const margin = 64;
const marginByte = 0xa5;

const page = new Uint8Array(pageSizeInBytes).map((_, index) =>
  index % 64 < 40 ? index % 7 : (index * 31) & 0xff,
);
const pages: readonly Uint8Array[] = [
  page,
  new Uint8Array(pageSizeInBytes),
  new Uint8Array(pageSizeInBytes).map((_, i) => (i * i) >> 3),
];

/**
 * snappyjs wants three bytes after the tag of a long literal. A short literal, which no encoder
 * writes this way, may lack them at the end.
 */
const refusesMore: ReadonlySet<string> = new Set(['snappy-snappyjs']);

/** A target for each compression method: all its decoders get the same bytes, and must agree. */
export const codecs: readonly FuzzTarget[] = [
  ...new Set((plugin.compressors ?? []).map(({ method }) => method)),
].map(targetOf);

function targetOf(method: string): FuzzTarget {
  const ofMethod = (plugin.compressors ?? []).filter(
    (codec) => codec.method === method && codec.isAvailable(),
  );
  let ready: Promise<readonly Compressor[]> | undefined;
  return {
    name: method,
    summary: `a page compressed with ${method}`,
    async seeds() {
      ready ??= prepared(ofMethod);
      return seedsOf(await ready);
    },
    async run(bytes) {
      ready ??= prepared(ofMethod);
      const decoders = await ready;
      const results = decoders.map((decoder) => decode(decoder, bytes));
      const [first = new Uint8Array()] = results;
      for (const [index, result] of results.entries()) {
        must(
          Buffer.compare(first, result) === 0 ||
            (result.length === 0 && refusesMore.has(decoders[index]?.name ?? '')),
          `${decoders[0]?.name} decodes ${first.length} bytes, ${decoders[index]?.name} ${result.length}, or other ones`,
        );
      }
      return first.length === 0
        ? 'bad data'
        : first.length === pageSizeInBytes
          ? 'a page'
          : `less ${first.length >> 8}`;
    },
  };
}

async function prepared(decoders: readonly Compressor[]): Promise<readonly Compressor[]> {
  await Promise.all(decoders.map(async (decoder) => decoder.prepare?.()));
  return decoders;
}

/**
 * The output of a decoder; nothing where it refuses the bytes. It must write only into its output.
 */
function decode(decoder: Compressor, bytes: Uint8Array): Uint8Array {
  const room = new Uint8Array(pageSizeInBytes + 2 * margin).fill(marginByte);
  const output = room.subarray(margin, margin + pageSizeInBytes);
  let length = 0;
  try {
    length = decoder.decode(bytes, output);
    must(
      Number.isInteger(length) && length >= 0 && length <= pageSizeInBytes,
      `${decoder.name} decoded to ${length} bytes`,
    );
  } catch (error) {
    if (!isVmcorekitError(error, 'bad-data')) {
      throw error;
    }
  }
  const isUntouched = (part: Uint8Array): boolean => part.every((byte) => byte === marginByte);
  must(
    isUntouched(room.subarray(0, margin)) && isUntouched(room.subarray(-margin)),
    `${decoder.name} wrote outside of its output`,
  );
  return output.subarray(0, length);
}

function seedsOf(codecsOfMethod: readonly Compressor[]): readonly Uint8Array[] {
  const encoder = codecsOfMethod.find((codec) => codec.encode !== undefined);
  return pages.flatMap((bytes) => {
    const output = new Uint8Array(2 * pageSizeInBytes);
    const length = encoder?.encode?.(bytes, output) ?? -1;
    return length < 0 ? [] : [output.slice(0, length)];
  });
}
