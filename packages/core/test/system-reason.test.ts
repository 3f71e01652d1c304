import { systemReason } from '@vmcorekit/core';
import { expect } from 'chai';

/** As Node throws them. */
function failure(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: its own words, ${call} 'path'`), { code });
}

describe('what the operating system refuses', () => {
  it('is told in words, without its code or the call', () => {
    for (const code of [
      'EACCES',
      'EEXIST',
      'EIO',
      'ELOOP',
      'EMFILE',
      'ENOENT',
      'ENOSPC',
      'EPERM',
      'EROFS',
      'ETXTBSY',
    ]) {
      expect(systemReason(failure(code, 'open'))).to.match(/^[a-z][a-z/ -]+( \([a-z ]+\))?$/, code);
    }
  });

  it('is told as it is said where the code is not known, and where nothing of that kind was thrown', () => {
    expect(systemReason(failure('EXOTIC', 'open'))).to.equal("EXOTIC: its own words, open 'path'");
    expect(systemReason('why not')).to.equal('why not');
  });
});
