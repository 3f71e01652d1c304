import { BufferSource } from '@vmcorekit/core';
import { KdumpFormat } from '@vmcorekit/format-kdump';
import { buildSplitKdump, type KdumpFile, type KdumpSpec } from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  blockSizeInBytes,
  build,
  conditionNames,
  failure,
  open,
  pageOf,
  zlib,
} from './support/dump.ts';

const spec: KdumpSpec = {
  blockSizeInBytes,
  compression: zlib,
  pages: Array.from({ length: 90 }, (_, pfn) =>
    pfn % 3 === 2 ? { pfn } : { pfn, bytes: pageOf(pfn) },
  ),
  fields: { dump_level: 31, sysname: 'Linux', timestamp_sec: 7 },
};
const cuts = [31, 64];

function keyOf(file: KdumpFile): string | undefined {
  return new KdumpFormat().splitSetOf(new BufferSource(file.bytes));
}

describe('split KDUMP dumps', () => {
  for (const wordSizeInBits of [32, 64] as const) {
    for (const version of [2, 6]) {
      it(`are joined in any order (version ${version}, ${wordSizeInBits}-bit)`, async () => {
        const [a, b, c] = buildSplitKdump({ ...spec, version, wordSizeInBits }, cuts);
        const image = await open(...[c, a, b].filter((file) => file !== undefined));
        expect(image.damage).to.deep.equal([]);
        for (const page of spec.pages) {
          expect(image.memory.pageState(page.pfn)).to.equal(
            page.bytes === undefined ? 'excluded' : 'stored',
          );
          if (page.bytes !== undefined) {
            expect([
              ...image.memory.read(page.pfn * blockSizeInBytes, blockSizeInBytes),
            ]).to.deep.equal([...page.bytes]);
          }
        }
        expect(image.memory.ranges).to.deep.equal([{ start: 0, end: 90 * blockSizeInBytes }]);
      });
    }
  }

  it('name the part that is missing, and read the rest', async () => {
    const parts = buildSplitKdump(spec, cuts);
    for (const [missing, inside] of [
      [0, 0],
      [1, 40],
      [2, 88],
    ] as const) {
      const image = await open(...parts.filter((_, index) => index !== missing));
      expect(conditionNames(image)).to.deep.equal(['split-part-missing']);
      expect(image.memory.pageState(inside)).to.equal('absent');
      expect(image.memory.ranges).to.deep.equal([{ start: 0, end: 90 * blockSizeInBytes }]);
      expect([0, 40, 88].filter((pfn) => image.memory.pageState(pfn) === 'stored')).to.have.length(
        2,
      );
    }
  });

  it('say when two parts overlap', async () => {
    const [a, b, c] = buildSplitKdump(spec, cuts);
    const image = await open(...[a, b, a, c].filter((file) => file !== undefined));
    expect(conditionNames(image)).to.deep.equal(['split-parts-overlap']);
    expect(image.memory.pageState(0)).to.equal('stored');
    expect(image.memory.ranges).to.deep.equal([{ start: 0, end: 90 * blockSizeInBytes }]);
    const starts = [...image.memory.storedRuns()].map((run) => run.start);
    expect(starts).to.deep.equal([...new Set(starts)].sort((x, y) => x - y));
  });

  it('share a key that no other dump has', () => {
    const keys = buildSplitKdump(spec, cuts).map(keyOf);
    expect(new Set(keys).size).to.equal(1);
    const [other] = buildSplitKdump(
      { ...spec, fields: { ...spec.fields, timestamp_sec: 8 } },
      cuts,
    );
    expect(other === undefined ? undefined : keyOf(other)).to.not.be.oneOf([undefined, ...keys]);
    expect(keyOf(build(spec))).to.equal(undefined);
    expect(new KdumpFormat().splitSetOf(new BufferSource(new Uint8Array(10)))).to.equal(undefined);
  });

  it('are not joined with files that are no parts of them', async () => {
    const [a, b] = buildSplitKdump(spec, cuts);
    const [other] = buildSplitKdump({ ...spec, fields: { nr_cpus: 99 } }, cuts);
    for (const files of [
      [a, b, other],
      [build(spec), build(spec)],
      [a, build(spec)],
    ]) {
      const error = await failure(() => open(...files.filter((file) => file !== undefined)));
      expect(error).to.have.property('code', 'usage');
    }
  });

  it('refuse a range that ends before it starts', async () => {
    const error = await failure(() =>
      open(build({ ...spec, fields: { split: 1, start_pfn_64: 50, end_pfn_64: 40 } })),
    );
    expect(error).to.have.property('code', 'malformed');
  });
});
