import { createHash } from 'node:crypto';
import type { StatedDigest } from '@vmcorekit/core';
import { buildEwf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { image, named, openSet, states } from './opened.ts';

const of = (algorithm: string): Buffer => createHash(algorithm).update(image).digest();
const [MD5, SHA1] = [of('md5'), of('sha1')];
const spec = { image, sectorsPerChunk: 2, chunksPerSegment: 3 };
const last = 'x.E04';

async function stated(
  segments: readonly Uint8Array[],
): Promise<{ readonly digests: readonly StatedDigest[]; readonly damage: readonly string[] }> {
  using contents = await openSet(named('x', segments), 'x.E01');
  const [entry] = contents.entries;
  expect(states(contents)).to.equal('===========');
  return {
    digests: entry === undefined ? [] : (contents.digestsOf?.(entry) ?? []),
    damage: contents.damage.map(({ name, detail }) => `${name}: ${detail}`),
  };
}

describe('the digests that an EWF set states', () => {
  it('are the MD5 and SHA-1 of its hash and digest sections', async () => {
    const segments = buildEwf({ ...spec, hash: MD5, digest: { MD5, SHA1 } });
    const { digests, damage } = await stated(segments);
    expect(damage).to.deep.equal([]);
    expect(
      digests.map(({ algorithm, expected, statedBy }) => ({ algorithm, expected, statedBy })),
    ).to.deep.equal([
      { algorithm: 'md5', expected: MD5.toString('hex'), statedBy: `digest section of ${last}` },
      { algorithm: 'sha1', expected: SHA1.toString('hex'), statedBy: `digest section of ${last}` },
      { algorithm: 'md5', expected: MD5.toString('hex'), statedBy: `hash section of ${last}` },
    ]);
    const [, { fileOffset = 0 } = {}] = digests;
    const there = segments[3]?.subarray(fileOffset, fileOffset + SHA1.length);
    expect([...(there ?? [])]).to.deep.equal([...SHA1]);
  });

  it('are those of the first 256 sections; writers make two, a hostile file thousands', async () => {
    const more = { type: 'hash', data: new Uint8Array(36), count: 300 };
    const { digests, damage } = await stated(buildEwf({ ...spec, more, hash: MD5 }));
    expect(digests).to.deep.equal([]);
    expect(damage.slice(-1)).to.deep.equal([
      'digest-unchecked: the set has more than 256 sections with digests; the others are not compared',
    ]);
    expect(damage.length).to.be.lessThan(258);
  });

  it('are none where they are zero, because their tool did not compute them', async () => {
    const { digests } = await stated(
      buildEwf({ ...spec, hash: new Uint8Array(16), digest: { MD5, SHA1: new Uint8Array(20) } }),
    );
    expect(digests.map(({ algorithm }) => algorithm)).to.deep.equal(['md5']);
  });

  it('are none where their section is damaged, and that is reported', async () => {
    const segments = buildEwf({ ...spec, hash: MD5 });
    const bytes = segments[3] as Uint8Array;
    const at = Buffer.from(bytes).indexOf(MD5);
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const { digests, damage } = await stated(segments);
    expect(digests).to.deep.equal([]);
    expect(damage[0]).to.match(
      /^digest-unchecked: the hash section of x\.E04 cannot be read: EWF hash section .*checksum/,
    );
  });
});
