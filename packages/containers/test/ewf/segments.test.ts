import { BufferSource } from '@vmcorekit/core';
import { buildEwf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { segmentNamesAfter } from '../../dist/ewf/segment-names.js';
import { containerNamed, errorOf } from '../contents.ts';
import { context, image, named, openSet, states } from './opened.ts';

const spec = { image, sectorsPerChunk: 2, chunksPerSegment: 3 };
const segments = buildEwf(spec);
const details = (contents: { readonly damage: readonly { readonly detail: string }[] }): string[] =>
  contents.damage.map(({ detail }) => detail);

describe('the segments of an EWF set', () => {
  it('are called .E01 to .E99, .EAA to .EZZ, then .FAA to .ZZZ', () => {
    const upper = segmentNamesAfter('a.b.E01');
    const lower = segmentNamesAfter('x.s01');
    for (const [number, wanted] of [
      [2, 'E02'],
      [99, 'E99'],
      [100, 'EAA'],
      [101, 'EAB'],
      [126, 'EBA'],
      [775, 'EZZ'],
      [776, 'FAA'],
      [14971, 'ZZZ'],
    ] as const) {
      expect(upper?.(number), wanted).to.equal(`a.b.${wanted}`);
    }
    expect([lower?.(99), lower?.(100), lower?.(776), upper?.(14972)]).to.deep.equal([
      'x.s99',
      'x.saa',
      'x.taa',
      undefined,
    ]);
    expect(['x.E02', 'x.E01.bak', 'E01', 'x.raw'].map(segmentNamesAfter)).to.deep.equal(
      Array.from({ length: 4 }),
    );
  });

  it('are opened beside the first, and read as one image', async () => {
    using contents = await openSet(named('x', segments), 'x.E01');
    expect(details(contents)).to.deep.equal([]);
    expect(states(contents)).to.equal('===========');
  });

  it('leave a gap where one is missing, and the chunks after it keep their places', async () => {
    const files = named('x', segments);
    delete files['x.E02'];
    using contents = await openSet(files, 'x.E01');
    expect(states(contents)).to.equal('===LLL=====');
    expect(details(contents)).to.deep.equal([
      '3 KiB of the image are lost, from its offset 0xc00 on: x.E02 is missing',
    ]);
  });

  it('are not numbered between two gaps, nor after one if the last is missing', async () => {
    const files = named('x', segments);
    for (const absent of ['x.E02', 'x.E04']) {
      delete files[absent];
    }
    using contents = await openSet(files, 'x.E01');
    expect(states(contents)).to.equal('===LLLLLLL');
    expect(details(contents)[0]).to.match(/: x\.E02 is missing; x\.E04 is missing$/);
  });

  it('are not looked for where the first one has another name', async () => {
    using contents = await openSet(
      { ...named('x', segments), other: segments[0] as Uint8Array },
      'other',
    );
    expect(details(contents)[0]).to.include(
      ': other is not called NAME.E01, so no segments are looked for beside it',
    );
  });

  it('are not taken from another set, nor in another order', async () => {
    const [, , third] = segments;
    const others = buildEwf({ ...spec, image: image.subarray(0, 8000) });
    const files = named('x', segments);
    using stranger = await openSet({ ...files, 'x.E02': others[1] as Uint8Array }, 'x.E01');
    expect(details(stranger)[0]).to.match(
      /: x\.E02 is of another set: it says 15 sectors, not 20$/,
    );
    expect(states(stranger)).to.equal('===LLL=====');
    using swapped = await openSet({ ...files, 'x.E02': third as Uint8Array }, 'x.E01');
    expect(details(swapped)[0]).to.match(/: x\.E02 calls itself segment 3, not 2$/);
    using text = await openSet({ ...files, 'x.E02': Buffer.from('a text, no EWF') }, 'x.E01');
    expect(details(text)[0]).to.match(/: x\.E02 is no segment: EWF file header at 0x0: /);
  });

  it('of two acquisitions of the same size were read as one image, all sound', async () => {
    const built = (digits: string): Uint8Array[] =>
      buildEwf({ ...spec, volume: { setIdentifier: Buffer.from(digits, 'hex') } });
    const files = named('x', built('11'.repeat(16)));
    using same = await openSet(files, 'x.E01');
    expect(states(same)).to.equal('===========');
    for (const [digits, wanted] of [
      ['22'.repeat(16), '22222222, not 11111111'],
      ['00'.repeat(16), '00000000, not 11111111'],
      [`${'11'.repeat(15)}12`, `${'11'.repeat(15)}12, not ${'11'.repeat(16)}`],
    ] as const) {
      using mixed = await openSet({ ...files, 'x.E02': built(digits)[1] as Uint8Array }, 'x.E01');
      expect(states(mixed)).to.equal('===LLL=====');
      expect(details(mixed)).to.deep.equal([
        `3 KiB of the image are lost, from its offset 0xc00 on: x.E02 is of another set: its set identifier is ${wanted}`,
      ]);
    }
  });

  it('of another set with more or fewer chunks shifted all that follow', async () => {
    for (const chunksPerSegment of [2, 4]) {
      const [, stranger] = buildEwf({ ...spec, chunksPerSegment });
      const files = { ...named('x', segments), 'x.E02': stranger as Uint8Array };
      using contents = await openSet(files, 'x.E01');
      const { length } = states(contents).replaceAll(/[^L]/g, '');
      expect(states(contents), `${chunksPerSegment}`).to.equal(`===${'L'.repeat(length)}`);
      expect(details(contents)[0]).to.match(
        /: the segments list (10|12) chunks, and the image has 11: one is of another set$/,
      );
    }
  });

  it('say which field of another set differs, also where its sectors are as many', async () => {
    const files = named('x', segments);
    const [, other] = buildEwf({ ...spec, sectorsPerChunk: 1 });
    using mixed = await openSet({ ...files, 'x.E02': other as Uint8Array }, 'x.E01');
    expect(details(mixed)[0]).to.match(/: x\.E02 is of another set: it says 21 chunks, not 11$/);
  });

  it('say what the set holds, where the first one is damaged there', async () => {
    const files = named('x', segments);
    files['x.E01']?.fill(0xaa, 100, 104);
    using contents = await openSet(files, 'x.E01');
    expect(states(contents)).to.equal('===========');
    expect(details(contents)[0]).to.match(
      /^in x\.E01, EWF volume at 0x59: checksum is .*; another section says the same$/,
    );
  });

  it('are refused where they have more sections together than any set', async () => {
    const more = { type: 'header', data: new Uint8Array(0), count: 33_000 };
    expect(
      await errorOf(openSet(named('x', buildEwf({ ...spec, chunksPerSegment: 6, more })), 'x.E01')),
    ).to.match(/an EWF set of more than 65536 sections: write it again with larger segments/);
  });

  it('were all followed before the first step, so that Ctrl-C waited for a slow disk', async () => {
    const more = { type: 'header', data: new Uint8Array(0), count: 100 };
    const files = named('x', buildEwf({ ...spec, more }));
    let reads = 0;
    const sourceOf = (name: string): BufferSource | undefined => {
      const bytes = files[name];
      if (bytes === undefined) {
        return undefined;
      }
      const source = new BufferSource(bytes, name);
      const readInto = source.readInto.bind(source);
      source.readInto = (offset, target) => {
        reads += 1;
        return readInto(offset, target);
      };
      return source;
    };
    const first = sourceOf('x.E01') ?? new BufferSource(new Uint8Array(0));
    const companion = async (name: string): Promise<BufferSource | undefined> => sourceOf(name);
    const steps = await containerNamed('ewf').open(first, { ...context, companion });
    expect(reads).to.equal(1);
    let most = 0;
    for (let before = reads; steps.next().done !== true; before = reads) {
      most = Math.max(most, reads - before);
    }
    expect(reads).to.be.greaterThan(400);
    expect(most).to.be.lessThan(40);
  });

  it('cannot be opened by another than the first', async () => {
    const files = named('y', buildEwf(spec));
    const error = await errorOf(openSet(files, 'y.E02'));
    expect(String(error)).to.include('y.E02 is segment 2 of an EWF set: name its first segment');
    // So that a search through a folder does not report each of them as a dump that it cannot read.
    expect(error).to.have.nested.property('facts.holds', 'files');
  });
});
