import * as browser from '@vmcorekit/browser';
import { expect } from 'chai';

describe('@vmcorekit/browser', () => {
  it('exports a source of files, and a guard that reports what runs', () => {
    expect(Object.keys(browser).sort()).to.deep.equal(['BlobSource', 'announcingGuard']);
  });
});
