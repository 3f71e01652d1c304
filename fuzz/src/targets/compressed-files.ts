import { readFileSync } from 'node:fs';
import { constants, deflateSync, gzipSync } from 'node:zlib';
import { lzoVmcorekit, zlibNode } from '@vmcorekit/compressors';
import { plugin } from '@vmcorekit/containers';
import { type ByteSource, type Container, isVmcorekitError } from '@vmcorekit/core';
import { buildEwf, openContainer, openContext } from '@vmcorekit/testing';
import { Broken, type FuzzTarget, must } from '../target.ts';
import { aff4Seeds } from './aff4.ts';

const chunk = 4096;
const chunksRead = 8;
/** A bomb that passes this is refused, so a run is short. */
const maxUnpackedInBytes = 4 << 20;
const contents = new Uint8Array(3000).map((_, at) => (at % 700 < 300 ? 0 : (at * at) >> 5));

/** Made by the real programs; packages/containers/test/files/README.md has the commands. */
function madeBy(...names: readonly string[]): Uint8Array {
  return Buffer.concat(
    names.map((name) =>
      readFileSync(new URL(`../../../packages/containers/test/files/${name}`, import.meta.url)),
    ),
  );
}

const seeds: Readonly<Record<string, () => readonly Uint8Array[]>> = {
  gzip: () => [
    gzipSync(contents),
    gzipSync(contents, { strategy: constants.Z_FIXED }),
    Buffer.concat([gzipSync(contents, { level: 0 }), gzipSync('another member')]),
  ],
  zlib: () => [deflateSync(contents), deflateSync(contents, { windowBits: 11 })],
  lz4: () => [madeBy('tiny.lz4'), madeBy('tiny.lz4', 'tiny.lz4'), madeBy('linked.lz4')],
  lzop: () => [madeBy('tiny.lzo'), madeBy('tiny.lzo', 'tiny.lzo')],
  zstd: () => [madeBy('tiny.zst'), madeBy('tiny.zst', 'tiny.zst'), madeBy('pipe.zst')],
  xz: () => [
    madeBy('tiny.xz'),
    madeBy('tiny.xz', 'tiny.xz'),
    madeBy('crc32.xz'),
    madeBy('chain.filter.xz'),
  ],
  tar: () => [madeBy('gnu.tar'), madeBy('pax.tar'), madeBy('sparse-pax.tar'), madeBy('sparse.tar')],
  zip: () => [madeBy('streamed.zip'), madeBy('py-stream.zip'), madeBy('sevenz.zip')],
  apport: () => [
    Buffer.from(
      ['ProblemType: KernelCrash', 'Log:', ' a', 'VmCore: base64', ' H4sIAAA=', ' QQ==', ''].join(
        '\n',
      ),
    ),
    Buffer.from(
      ['ProblemType: Crash', 'CoreDump: base64', ' QUJD', 'Log: base64', ' QQ=='].join('\n'),
    ),
  ],
  ewf: () => [
    madeBy('tiny.E01'),
    ...buildEwf({ image: contents, pack: (bytes) => deflateSync(bytes) }),
  ],
  aff4: aff4Seeds,
  bzip2: () => [madeBy('tiny.bz2'), madeBy('tiny.bz2', 'tiny.bz2')],
};

/** A target for each container that reads compressed files or archives. */
export const compressedFiles: readonly FuzzTarget[] = (plugin.containers ?? [])
  .filter(({ isNamedOnly }) => isNamedOnly !== true)
  .map(targetOf);

function targetOf(container: Container): FuzzTarget {
  return {
    name: `${container.name}-file`,
    summary: `a file of ${container.name}`,
    seeds() {
      const made = seeds[container.name];
      if (made === undefined) {
        throw new Broken(`${container.name} has no seeds`);
      }
      return made();
    },
    async run(bytes) {
      const context = openContext({
        maxUnpackedInBytes,
        compressors: { ready: async (method) => (method === 'zlib' ? zlibNode : lzoVmcorekit) },
      });
      using opened = await openContainer(container, bytes, context);
      const [entry] = opened.entries;
      if (entry === undefined) {
        return 'empty';
      }
      using content = opened.open(entry);
      must(content.sizeInBytes <= maxUnpackedInBytes, `it holds ${content.sizeInBytes} bytes`);
      const read = new Set<string>();
      for (let index = 0; index < chunksRead; index++) {
        read.add(readAt(content, Math.floor((content.sizeInBytes * index) / chunksRead)));
      }
      return [...read, ...opened.damage.map(({ name }) => name)].join(' ');
    },
  };
}

/** A read in one piece gives the same as in two, or both meet damage. */
function readAt(source: ByteSource, offset: number): string {
  const whole = new Uint8Array(chunk);
  const parts = new Uint8Array(chunk);
  try {
    const got = source.readInto(offset, whole);
    const half = got >> 1;
    source.readInto(offset, parts.subarray(0, half));
    source.readInto(offset + half, parts.subarray(half, got));
    must(Buffer.compare(whole, parts) === 0, `reads at ${offset} in one piece and two differ`);
    return 'read';
  } catch (error) {
    if (isVmcorekitError(error, 'bad-data')) {
      return 'damaged';
    }
    throw error;
  }
}
