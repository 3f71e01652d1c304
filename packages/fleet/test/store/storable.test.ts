import { expect } from 'chai';
import fc from 'fast-check';
import { storable } from '../../dist/store/storable.js';

describe('what is stored', () => {
  it('has no NUL and no half of a pair, and is else unchanged', () => {
    expect(storable({ 'a\0': ['\ud800', 'x\0y', 1, null, '😀'] })).to.deep.equal({
      'a\ufffd': ['\ufffd', 'x\ufffdy', 1, null, '😀'],
    });
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const text = JSON.stringify(storable(value));
        expect(text).not.to.include('\\u0000');
        expect(text).not.to.match(/\\ud[89a-f]/i);
        expect(JSON.stringify(storable(JSON.parse(text)))).to.equal(text);
      }),
    );
  });
});
