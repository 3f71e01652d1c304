import { expect } from 'chai';
import { browserLink } from '../../dist/serving/browser-link.js';

const page = 'https://view.example/';

describe('the link to the browser page', () => {
  it('names a dump at an https address', () => {
    expect(browserLink(page, ['https://dumps.example/a b#1'])).to.equal(null);
    expect(browserLink(page, ['https://dumps.example/a%20b'])).to.equal(
      'https://view.example/#url=https%3A%2F%2Fdumps.example%2Fa%2520b',
    );
  });

  for (const [what, given, files] of [
    ['is not there without a page', null, ['https://dumps.example/a']],
    ['is not there for a path', page, ['/var/crash/vmcore']],
    ['is not there for http', page, ['http://dumps.example/a']],
    ['is not there for an address with a secret', page, ['https://dumps.example/a?sig=1']],
    ['is not there for an address with a user', page, ['https://me:word@dumps.example/a']],
    ['is not there for parts', page, ['https://dumps.example/1', 'https://dumps.example/2']],
  ] as const) {
    it(what, () => {
      expect(browserLink(given, files)).to.equal(null);
    });
  }
});
