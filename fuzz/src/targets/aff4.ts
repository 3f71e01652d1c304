import { deflateRawSync, deflateSync } from 'node:zlib';
import { snappySnappyjs, zlibNode } from '@vmcorekit/compressors';
import { plugin } from '@vmcorekit/containers';
import { BufferSource, isVmcorekitError } from '@vmcorekit/core';
import {
  type Aff4Spec,
  buildAff4,
  openContainer,
  openContext,
  resummedZip64,
} from '@vmcorekit/testing';
import { Broken, type FuzzTarget, must } from '../target.ts';

const data = new Uint8Array(3000).map((_, at) => (at % 700 < 300 ? 0 : (at * at) >> 5));
const schema = 'http://aff4.org/Schema#';
const name = 'PhysicalMemory';
const target = `${name}/data`;
const maxUnpackedInBytes = 4 << 20;
const maxEntriesRead = 16;
const spec: Aff4Spec = {
  tool: 'fuzz',
  streams: [
    {
      name: target,
      data,
      chunkSize: 512,
      chunksInSegment: 2,
      compression: 'https://www.ietf.org/rfc/rfc1950.txt',
      pack: (chunk) => deflateSync(chunk),
      blockHashes: [{ ending: '.blockHash.md5', hash: (chunk) => chunk.subarray(0, 16) }],
    },
  ],
  maps: [
    {
      name,
      isMemory: true,
      ranges: [
        { mappedOffset: 4096, length: 1000, targetOffset: 0, target },
        { mappedOffset: 8192, length: 99, targetOffset: 0, target: `${schema}Zero` },
        { mappedOffset: 9000, length: 99, targetOffset: 0, target: `${schema}UnreadableData` },
        { mappedOffset: 9500, length: 2000, targetOffset: 1000, target },
      ],
    },
  ],
};

const range = (page: number, stripe: number) => ({
  mappedOffset: page * 512,
  length: 512,
  targetOffset: (page >> 1) * 512,
  target: `aff4://stream-${stripe}`,
});
/** A volume of a striped set, of two. */
const volumeOf = (stripe: number): Uint8Array =>
  buildAff4({
    volume: `aff4://volume-${stripe}`,
    streams: [{ name: `aff4://stream-${stripe}`, data, chunkSize: 512, chunksInSegment: 2 }],
    maps: [
      { name: 'aff4://map', isMemory: true, ranges: [0, 1, 2, 3].map((n) => range(n, n % 2)) },
    ],
  });

export const aff4Seeds = (): readonly Uint8Array[] => [
  buildAff4(spec),
  buildAff4({ ...spec, dialect: 'pmem', deflate: (bytes) => deflateRawSync(bytes) }),
  buildAff4({ ...spec, dialect: 'evimetry', maps: [] }),
  volumeOf(0),
];

/** Volumes whose checksums are made right first, because no change would get past them. */
export const aff4: FuzzTarget = {
  name: 'aff4',
  summary: 'volumes of AFF4 and their sets: Turtle, maps, indexes and chunks',
  seeds: aff4Seeds,
  async run(bytes) {
    const container = plugin.containers?.find((each) => each.name === 'aff4');
    if (container === undefined) {
      throw new Broken('there is no container for AFF4');
    }
    using opened = await openContainer(
      container,
      new BufferSource(resummedZip64(bytes), 'x_1.aff4'),
      openContext({
        maxUnpackedInBytes,
        // A good volume and the input itself lie beside the input.
        companion: async (wanted) =>
          wanted === 'x_2.aff4'
            ? new BufferSource(volumeOf(1), wanted)
            : wanted === 'x_3.aff4'
              ? new BufferSource(resummedZip64(bytes), wanted)
              : undefined,
        compressors: { ready: async (method) => (method === 'zlib' ? zlibNode : snappySnappyjs) },
      }),
    );
    const met = new Set<string>();
    for (const entry of opened.entries.slice(0, maxEntriesRead)) {
      try {
        const source = opened.open(entry);
        for (const { address, lengthInBytes, fileOffset } of entry.memory?.placed ?? []) {
          must(lengthInBytes > 0, `nothing lies at ${address}`);
          must(fileOffset + lengthInBytes <= source.sizeInBytes, 'memory lies beyond the entry');
        }
        for (let index = 0; index < 8; index++) {
          const offset = Math.floor((source.sizeInBytes * index) / 8);
          source.readInto(offset, new Uint8Array(100));
        }
        for (const { readList, covers } of opened.blockDigestsOf?.(entry) ?? []) {
          must(covers.lengthInBytes > 0, 'a list of digests is of no block');
          met.add(`${readList().length % 16 === 0 ? 'a list' : 'a part of a list'} of digests`);
        }
        met.add(`${entry.kind} read`);
      } catch (error) {
        if (!isVmcorekitError(error)) {
          throw error;
        }
        met.add(`${entry.kind} ${error.code}`);
      }
    }
    return [...met, ...opened.damage.map((damage) => damage.name)].join(' ');
  },
};
