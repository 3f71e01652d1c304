import * as exported from '@vmcorekit/format-lkcd';
import { expect } from 'chai';

describe('@vmcorekit/format-lkcd', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal(['LkcdFormat', 'plugin']);
  });
});
