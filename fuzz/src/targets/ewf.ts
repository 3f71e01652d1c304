import { deflateSync } from 'node:zlib';
import { zlibNode } from '@vmcorekit/compressors';
import { plugin } from '@vmcorekit/containers';
import { BufferSource, isVmcorekitError } from '@vmcorekit/core';
import { buildEwf, openContainer, openContext, resummedEwf } from '@vmcorekit/testing';
import { Broken, type FuzzTarget, must } from '../target.ts';

const image = new Uint8Array(3000).map((_, at) => (at % 700 < 300 ? 0 : (at * at) >> 5));
const pack = (chunk: Uint8Array): Uint8Array => deflateSync(chunk);
/** A small set whose segments are one kilobyte of its image each. */
const spec = { image, sectorsPerChunk: 1, chunksPerSegment: 2, pack } as const;
let others: readonly Uint8Array[] | undefined;
const maxUnpackedInBytes = 4 << 20;

/**
 * The first segment of a set with the others beside it. Its checksums are made right first, because
 * no change would get past them.
 */
export const ewfSet: FuzzTarget = {
  name: 'ewf-set',
  summary: 'the first segment of an EWF set, with right checksums',
  seeds: () => [
    ...buildEwf(spec).slice(0, 1),
    ...buildEwf({ ...spec, kind: 'smart' }).slice(0, 1),
    ...buildEwf({ ...spec, chunksPerSegment: 99, chunksPerTable: 2, error2: [[1, 2]] }),
    ...buildEwf({ image, chunksPerTable: 3, baseOffset: 50 }),
  ],
  async run(bytes) {
    const container = plugin.containers?.find(({ name }) => name === 'ewf');
    if (container === undefined) {
      throw new Broken('there is no container for EWF');
    }
    others ??= buildEwf(spec).slice(1);
    using opened = await openContainer(
      container,
      new BufferSource(resummedEwf(bytes), 'x.E01'),
      openContext({
        maxUnpackedInBytes,
        compressors: { ready: async () => zlibNode },
        companion: async (name) => {
          const other = others?.[Number(name.slice(-2)) - 2];
          return other === undefined ? undefined : new BufferSource(other, name);
        },
      }),
    );
    const [entry] = opened.entries;
    using content = opened.open(entry ?? { name: '', sizeInBytes: null });
    must(content.sizeInBytes <= maxUnpackedInBytes, `it holds ${content.sizeInBytes} bytes`);
    const read = new Set<string>();
    const lost = [...(content.lostRanges?.(0, content.sizeInBytes) ?? [])];
    for (let index = 0; index < 8; index++) {
      const offset = Math.floor((content.sizeInBytes * index) / 8);
      const isLost = lost.some(
        (part) => part.offset <= offset && offset < part.offset + part.lengthInBytes,
      );
      try {
        content.readInto(offset, new Uint8Array(100));
        must(!isLost || content.sizeInBytes === offset, `what is lost is read at ${offset}`);
        read.add('read');
      } catch (error) {
        if (!isVmcorekitError(error, 'bad-data')) {
          throw error;
        }
        read.add(isLost ? 'lost' : 'damaged');
      }
    }
    return [...read, ...opened.damage.map(({ name }) => name)].join(' ');
  },
};
