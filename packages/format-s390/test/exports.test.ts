import * as exported from '@vmcorekit/format-s390';
import { expect } from 'chai';

describe('@vmcorekit/format-s390', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal(['S390Format', 'plugin']);
  });
});
