import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { lzoVmcorekit, zlibNode } from '@vmcorekit/compressors';
import {
  BufferSource,
  type ByteSource,
  type ContainerContents,
  type ContainerEntry,
  firstLostIn,
  hexText,
  isVmcorekitError,
} from '@vmcorekit/core';
import {
  buildAff4,
  buildEwf,
  headOf,
  openContainer,
  openContext,
  propertyCases,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { containerNamed, madeBy, sample } from './contents.ts';

const tiny = sample().subarray(85_500, 86_300);
const context = openContext({
  compressors: { ready: async (method) => (method === 'lzo' ? lzoVmcorekit : zlibNode) },
});
const digest = (algorithm: string): Buffer => createHash(algorithm).update(tiny).digest();
/** Of each file: all of them where the runs are as many times more. */
const flipsAFile = 50;

const aff4 = buildAff4({
  streams: [
    {
      name: 'image',
      data: tiny,
      chunkSize: 256,
      chunksInSegment: 2,
      compression: 'https://www.ietf.org/rfc/rfc1950.txt',
      pack: (chunk) => deflateSync(chunk),
    },
  ],
  statements: `<aff4://i> a aff4:Image ; aff4:dataStream <aff4://9db79393-53fa-4147-b823-5c3e1d37544d/image> ;
  aff4:hash "${hexText(digest('sha1'))}"^^aff4:SHA1 .`,
});
const [e01 = new Uint8Array(0)] = buildEwf({
  image: tiny,
  bytesPerSector: 100,
  sectorsPerChunk: 2,
  hash: digest('md5'),
  digest: { MD5: digest('md5'), SHA1: digest('sha1') },
});

/** Each states a digest or a checksum of all that it holds. */
const files: readonly (readonly [container: string, title: string, file: Uint8Array])[] = [
  ['gzip', 'gzip', gzipSync(tiny)],
  ['zlib', 'zlib', deflateSync(tiny, { level: 1 })],
  ['lz4', 'lz4 -BX', madeBy('tiny.lz4')],
  ['lz4', 'lz4 -BD', madeBy('linked.lz4')],
  ['lzop', 'lzop -C', madeBy('tiny.lzo')],
  ['zstd', 'zstd', madeBy('tiny.zst')],
  ['xz', 'xz', madeBy('tiny.xz')],
  ['xz', 'xz --check=crc32', madeBy('tiny-crc32.xz')],
  ['xz', 'xz --check=sha256', madeBy('tiny-sha256.xz')],
  ['bzip2', 'bzip2', madeBy('tiny.bz2')],
  ['zip', 'zip -0', madeBy('stored.zip')],
  ['zip', 'zip into a pipe', madeBy('streamed.zip')],
  ['zip', 'zip64', madeBy('wide.zip')],
  ['ewf', 'E01', e01],
  ['ewf', "ewfacquire's E01", madeBy('tiny.E01')],
  ['aff4', 'AFF4', aff4],
];

/** What each entry holds, in hexadecimal; undefined where anything is damaged or refused. */
async function soundContents(name: string, file: Uint8Array): Promise<string[] | undefined> {
  const container = containerNamed(name);
  if (container.probe(headOf(file)) === undefined) {
    return undefined;
  }
  try {
    using contents = await openContainer(container, new BufferSource(file, 'x.E01'), context);
    const held = contents.entries.map((entry) => soundBytes(contents, entry));
    return contents.damage.length > 0 || held.includes(undefined) ? undefined : (held as string[]);
  } catch (error) {
    if (isVmcorekitError(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Throws where they cannot be read. */
function soundBytes(contents: ContainerContents, entry: ContainerEntry): string | undefined {
  const source = contents.open(entry);
  const bytes = bytesIn(source);
  const isSound = (contents.digestsOf?.(entry) ?? []).every((stated) => {
    const { offset, lengthInBytes } = stated.covers ?? { offset: 0, lengthInBytes: bytes.length };
    const hash = stated.createHash?.() ?? createHash(stated.algorithm);
    hash.update(bytes.subarray(offset, offset + lengthInBytes));
    return hexText(hash.digest()) === stated.expected;
  });
  const isWhole = firstLostIn(source, 0, source.sizeInBytes) === undefined;
  return isSound && isWhole ? hexText(bytes) : undefined;
}

function bytesIn(source: ByteSource): Uint8Array {
  const bytes = new Uint8Array(source.sizeInBytes);
  expect(source.readInto(0, bytes)).to.equal(bytes.length);
  return bytes;
}

describe('a file with one wrong byte', () => {
  for (const [turn, [name, title, file]] of files.entries()) {
    it(`is never sound with other contents: ${title}`, async () => {
      const right = await soundContents(name, file);
      expect(right).to.not.equal(undefined);
      const offsets = propertyCases([...file.keys()], Math.ceil(file.length / flipsAFile), turn);
      for (const offset of offsets) {
        const flipped = file.slice();
        flipped[offset] = (flipped[offset] ?? 0) ^ (offset % 3 === 0 ? 0xff : 1 << (offset % 8));
        for (const held of (await soundContents(name, flipped)) ?? []) {
          expect(right, `byte ${offset} of ${file.length}`).to.include(held);
        }
      }
    });
  }
});
