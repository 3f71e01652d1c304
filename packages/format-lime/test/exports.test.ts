import * as exported from '@vmcorekit/format-lime';
import { expect } from 'chai';

describe('@vmcorekit/format-lime', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal(['AvmlFormat', 'LimeFormat', 'plugin']);
  });
});
