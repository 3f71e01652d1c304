import { copyFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { identify, maxWholeInBytes, sampledRanges } from '../../dist/identity/identity.js';
import { isStill, recognize } from '../../dist/identity/recognize.js';
import { stampOf } from '../../dist/identity/stamp.js';

const large = maxWholeInBytes + 12_345_678;

describe('the identity of a dump', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'fleet-identity-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function file(name: string, text: string, sizeInBytes = text.length): string {
    const path = join(folder, name);
    writeFileSync(path, text);
    truncateSync(path, sizeInBytes);
    return path;
  }

  async function patch(path: string, offset: number, text: string): Promise<void> {
    const handle = await open(path, 'r+');
    await handle.write(text, offset);
    await handle.close();
  }

  async function knownAs(path: string) {
    return { whole: null, places: [{ files: [path], stamp: await stampOf([path]) }] };
  }

  it('is the same under another name, and another for one byte more or less', async () => {
    const digests = [];
    for (const [name, text] of [
      ['a', 'some bytes'],
      ['b', 'some bytes'],
      ['c', 'some bytes.'],
      ['d', 'some_bytes'],
    ] as const) {
      digests.push((await identify([file(name, text)])).digest);
    }
    expect(digests[0]).to.equal(digests[1]);
    expect(new Set(digests).size).to.equal(3);
  });

  it('differs between two halves and their whole, and by the order of parts', async () => {
    const [ab, a, b] = [file('ab', 'ab'), file('a', 'a'), file('b', 'b')];
    const digests = await Promise.all([[ab], [a, b], [b, a]].map((files) => identify(files)));
    expect(new Set(digests.map(({ digest }) => digest)).size).to.equal(3);
  });

  it('samples places inside the file, in order, whatever its size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 46 }), (size) => {
        let end = 0;
        for (const { offset, lengthInBytes } of sampledRanges(size)) {
          expect(offset).to.be.at.least(size <= maxWholeInBytes ? 0 : Math.min(end, offset));
          end = offset + lengthInBytes;
          expect(end).to.be.at.most(size);
        }
        expect(end).to.equal(size);
      }),
    );
  });

  // Raw images of one machine, seconds apart, differ in few pages: no sample may hold one.
  it('does not call two images one that differ only between the samples', async () => {
    const first = file('first', '', large);
    const second = join(folder, 'second');
    copyFileSync(first, second);
    const { offset, lengthInBytes } = sampledRanges(large)[3] ?? { offset: 0, lengthInBytes: 0 };
    await patch(second, offset + lengthInBytes + 100, 'x');
    const [one, other] = [await identify([first]), await identify([second])];
    expect(other.digest).to.equal(one.digest);
    const found = await recognize([second], other, await knownAs(first));
    expect(found.identity).not.to.equal(one.digest);
    expect(found.whole).to.be.a('string').and.not.to.equal(found.wholeOfKnown);
  });

  it('calls a copy of a large image the same, after a look at every byte', async () => {
    const first = file('first', 'head', large);
    const second = join(folder, 'second');
    copyFileSync(first, second);
    const identity = await identify([second]);
    const found = await recognize([second], identity, await knownAs(first));
    expect(found).to.deep.equal({
      identity: identity.digest,
      wholeOfKnown: found.wholeOfKnown,
      whole: null,
    });
    expect(found.wholeOfKnown).to.be.a('string');
  });

  it('takes a large image for another if the known one cannot be compared', async () => {
    const first = file('first', 'head', large);
    const known = await knownAs(first);
    const identity = await identify([first]);
    const second = join(folder, 'second');
    copyFileSync(first, second);
    rmSync(first);
    const found = await recognize([second], identity, known);
    expect(found.identity).not.to.equal(identity.digest);
    expect(await isStill([second], identity.digest, null)).to.equal(false);
    expect(await isStill([second], found.identity, found.whole)).to.equal(true);
  });
});
