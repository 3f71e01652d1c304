import { systemReason } from '@vmcorekit/core';
import { expect } from 'chai';

/** As Node throws them. */
function failure(code: string, call: string): Error {
  return Object.assign(new Error(`${code}: its own words, ${call} 'path'`), { code });
}

describe('what the operating system refuses', () => {
  it('is given in words, without its code or the call', () => {
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

  it('keeps its own words where the code is unknown or no such error was thrown', () => {
    expect(systemReason(failure('EXOTIC', 'open'))).to.equal("EXOTIC: its own words, open 'path'");
    expect(systemReason('why not')).to.equal('why not');
  });
});
