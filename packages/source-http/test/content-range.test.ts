import { expect } from 'chai';
import fc from 'fast-check';
import { parseContentRange, sizeOfRefused } from '../dist/content-range.js';

describe('a Content-Range header', () => {
  it('says where its bytes lie and how large the file is', () => {
    fc.assert(
      fc.property(
        fc.nat(2 ** 40),
        fc.integer({ min: 1, max: 2 ** 40 }),
        fc.nat(2 ** 40),
        (start, length, rest) => {
          const end = start + length;
          const text = `bytes ${start}-${end - 1}/${end + rest}`;
          expect(parseContentRange(text)).to.deep.equal({ start, end, sizeInBytes: end + rest });
        },
      ),
    );
  });

  it('is refused where its range cannot lie in its file, or its size is unknown', () => {
    for (const text of [
      undefined,
      '',
      'bytes */10',
      'bytes 0-9/*',
      'bytes 0-10/10',
      'bytes 5-4/10',
      'bytes -1-4/10',
      'bytes 0-9/99999999999999999999',
      'bytes 0-9007199254740992/9007199254740993',
      'items 0-9/10',
      'bytes 0-9/10, 20-29/100',
    ]) {
      expect(parseContentRange(text), text).to.equal(undefined);
    }
  });

  it('never reads other text as a range outside the file', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const range = parseContentRange(`bytes ${text}`);
        expect(range === undefined || range.end <= range.sizeInBytes).to.equal(true);
      }),
    );
  });

  it('of a refused range gives the size alone', () => {
    expect(sizeOfRefused('bytes */0')).to.equal(0);
    expect(sizeOfRefused('bytes */*')).to.equal(undefined);
    expect(sizeOfRefused(undefined)).to.equal(undefined);
  });
});
