import * as exported from '@vmcorekit/source-s3';
import { expect } from 'chai';

describe('@vmcorekit/source-s3', () => {
  it('exports what its README names', () => {
    expect(Object.keys(exported).sort()).to.deep.equal(['S3Opener', 'plugin']);
  });
});
