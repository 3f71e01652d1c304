import * as browser from '@vmcorekit/browser';
import { expect } from 'chai';

describe('@vmcorekit/browser', () => {
  it('exports a source of files, a guard that reports what runs, and new files', () => {
    expect(Object.keys(browser).sort()).to.deep.equal([
      'BlobSource',
      'announcingGuard',
      'openOutput',
    ]);
  });
});
