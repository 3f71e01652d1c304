import { expect } from 'chai';
import { isOwnHost } from '../../dist/serving/host-check.js';

describe('the Host of a request', () => {
  for (const host of ['localhost', 'LOCALHOST:80', '127.0.0.1:8470', '[::1]:8470', '10.0.0.7']) {
    it(`may be ${host}`, () => {
      expect(isOwnHost(host, [])).to.equal(true);
    });
  }

  for (const host of [
    ...['evil.example', 'evil.example:8470', 'localhost.evil.example', '127.0.0.1.evil.example'],
    ...['', '127.0.0.1:', 'a@127.0.0.1', '[evil]', '127.0.0.1/x', 'localhost:80:80', '::1'],
  ]) {
    it(`may not be '${host}'`, () => {
      expect(isOwnHost(host, [])).to.equal(false);
    });
  }

  it('may not be missing', () => {
    expect(isOwnHost(undefined, [])).to.equal(false);
  });

  it('may be a name that the user gave', () => {
    expect(isOwnHost('Dumps.example.org:8470', ['dumps.example.org'])).to.equal(true);
  });
});
