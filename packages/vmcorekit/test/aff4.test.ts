import { createHash } from 'node:crypto';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { type Aff4MapSpec, aff4TestVolume, buildAff4 } from '@vmcorekit/testing';
import { expect } from 'chai';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

const pageSize = 4096;
const stream = {
  name: 'data',
  data: new Uint8Array(12 * pageSize).map((_, at) => 0x41 + Math.floor(at / pageSize)),
  chunkSize: pageSize,
  chunksInSegment: 4,
};
const schema = 'http://aff4.org/Schema#';
type Digest = { readonly actual: string | null; readonly because: string | null };
type Range = Aff4MapSpec['ranges'][number];
const range = (page: number, pages: number, target: string = stream.name): Range => ({
  mappedOffset: page * pageSize,
  length: pages * pageSize,
  targetOffset: target === stream.name ? page * pageSize : 0,
  target,
});
const write = (
  ranges: readonly Range[],
  spec: object = {},
  statements: string = '',
  isMemory: boolean = true,
): string =>
  writeTemporaryFile(
    'memory.aff4',
    buildAff4({
      streams: [{ ...stream, ...spec }],
      maps: [{ name: 'm', isMemory, ranges }],
      statements,
    }),
  );

const lost = ['image-part-lost', 'page-cut-off'];

/** What `verify` says is damaged, and the first bytes of a page. */
async function seen(file: string, page: number): Promise<readonly [string[], string]> {
  const { json } = await runCli(['verify', '--json', file]);
  const { damage } = json()[0] as { readonly damage: readonly { readonly name: string }[] };
  const address = `0x${(page * pageSize).toString(16)}`;
  const { stdout } = await runCli(['read', file, address, '4']);
  const [, text = stdout] = /\|(.{4}) /.exec(stdout) ?? [];
  return [damage.map(({ name }) => name), text];
}

describe('memory in an AFF4 volume', () => {
  it('was refused where its start could not be read when it was acquired', async () => {
    const file = write([range(0, 1, `${schema}UnreadableData`), range(1, 11)]);
    expect(await seen(file, 1)).to.deep.equal([lost, 'BBBB']);
    const [, first] = await seen(file, 0);
    expect(first).to.contain('4 bytes not readable');
  });

  it('was refused where its start was not read on purpose: it is absent', async () => {
    const file = write([range(0, 1, `${schema}UnknownData`), range(1, 11)]);
    expect(await seen(file, 1)).to.deep.equal([[], 'BBBB']);
  });

  it('was refused where its first bevy is missing', async () => {
    const file = write([range(0, 12)], { withoutBevies: [0] });
    expect(await seen(file, 4)).to.deep.equal([lost, 'EEEE']);
  });

  it('is not guessed to be raw where it is no memory and its start is lost', async () => {
    const file = write([range(0, 12)], { withoutBevies: [0] }, '', false);
    const { status, stderr } = await runCli(['info', file]);
    expect(status).to.not.equal(0);
    expect(stderr).to.contain('bevy 0 is not in the archive');
    expect(await seen(`${file}@0`, 4)).to.deep.equal([lost, 'EEEE']);
  });

  it('hashed terabytes between two ranges', async () => {
    const far = { ...range(0, 4), mappedOffset: 2 ** 44 };
    const hash = `<${aff4TestVolume}/m> aff4:hash "${'00'.repeat(16)}"^^aff4:MD5 .`;
    const { json } = await runCli(['verify', '--json', write([range(0, 4), far], {}, hash)]);
    const { digests } = json()[0] as { readonly digests: readonly Digest[] };
    expect(digests.map(({ actual }) => actual)).to.deep.equal([null]);
    expect(digests[0]?.because).to.contain('TiB with the gaps');
  });

  it('had hashes of its chunks that nothing compared', async () => {
    const hash = (chunk: Uint8Array): Uint8Array => createHash('md5').update(chunk).digest();
    const wrong = (chunk: Uint8Array): Uint8Array =>
      hash(chunk[0] === 0x46 ? new Uint8Array(1) : chunk);
    for (const [of, isSound, names] of [
      [hash, true, []],
      [wrong, false, ['digest-differs']],
    ] as const) {
      const blockHashes = [{ ending: '.blockHash.md5', hash: of }];
      const { json } = await runCli(['verify', '--json', write([range(0, 12)], { blockHashes })]);
      const answer = json()[0] as {
        readonly isSound: boolean;
        readonly digests: readonly Digest[];
        readonly damage: readonly { readonly name: string }[];
      };
      expect(answer.isSound).to.equal(isSound);
      expect(answer.digests).to.have.lengthOf(3);
      expect(answer.damage.map(({ name }) => name)).to.deep.equal(names);
    }
  });

  it('is read out of a set of volumes beside each other, but never through a link', async () => {
    const stripes = [0, 1].map((stripe) =>
      buildAff4({
        volume: `aff4://volume-${stripe}`,
        streams: [{ ...stream, name: `aff4://stripe-${stripe}` }],
        maps: [
          {
            name: 'aff4://map',
            isMemory: true,
            ranges: [0, 1, 2, 3].map((page) => ({
              ...range(page, 1),
              target: `aff4://stripe-${page % 2}`,
            })),
          },
        ],
      }),
    );
    const [one = stream.data, two = stream.data] = stripes;
    const file = writeTemporaryFile('memory_1.aff4', one);
    const beside = file.replace('_1', '_2');
    writeFileSync(beside, two);
    expect(await seen(file, 1)).to.deep.equal([[], 'BBBB']);
    const { stdout } = await runCli(['probe', file]);
    expect(stdout).to.match(/opened with\s+memory_2\.aff4 beside it/);
    rmSync(beside);
    symlinkSync(writeTemporaryFile('stranger', two), beside);
    expect(await seen(file, 0)).to.deep.equal([lost, 'AAAA']);
  });
});
