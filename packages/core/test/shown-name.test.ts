import { isUrl, shownName, shownText } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';

describe('the name of a file in messages', () => {
  it('is a path as it is', () => {
    for (const path of ['dump', '/a/b?c#d', 'C:\\dump', 'file:///a?b', 'a//b', '']) {
      expect([shownName(path), isUrl(path) && !path.startsWith('file:')]).to.deep.equal([
        path,
        false,
      ]);
    }
  });

  it('is an address without user, query and fragment', () => {
    for (const [name, shown] of [
      ['https://h/a/b?X-Amz-Signature=s#t', 'https://h/a/b'],
      ['https://user:pass@h:8443/a', 'https://h:8443/a'],
      ['https://user@h/a', 'https://h/a'],
      ['https://us@er:p@h/a', 'https://h/a'],
      ['https://[::1]:80/a#b', 'https://[::1]:80/a'],
      ['s3://bucket/key?versionId=1', 's3://bucket/key'],
      ['https://h/a.raw@0x0', 'https://h/a.raw@0x0'],
      ['https://h?a=b', 'https://h'],
    ] as const) {
      expect(shownName(name)).to.equal(shown);
      expect(isUrl(name)).to.equal(true);
    }
  });

  it('is only the scheme where a password may stand in another place', () => {
    for (const name of ['https://user:pa/ss@h/a', 'https://user:1/ss@h/a', 'https://u:p?a@h/']) {
      expect(shownName(name), name).to.equal('https://…');
    }
  });

  it('is only the scheme of an address that is misspelt', () => {
    for (const [name, shown] of [
      ['http:/user:pw@h/a?s', 'http:\u2026'],
      ['http:\\\\user:pw@h/a', 'http:\u2026'],
      ['https:user:pw@h/a', 'https:\u2026'],
      [' http://user:pw@h/a?s', ' http:\u2026'],
      ['"https://h/a?s', '"https:\u2026'],
      ['s3:/user:pw@h/a', 's3:\u2026'],
      ['ht\ntp://user:pw@h', 'ht\ntp:\u2026'],
      ['server:/var/crash/vmcore', 'server:/var/crash/vmcore'],
      ['dump.raw@0x1000', 'dump.raw@0x1000'],
    ] as const) {
      expect(shownName(name)).to.equal(shown);
    }
  });

  it('never holds a secret, in whatever part of an address one may be', () => {
    const secret = 'Secret0123';
    fc.assert(
      fc.property(
        fc.constantFrom(`u:${secret}@h/a`, `${secret}@h`, `h/a?t=${secret}`, `h#${secret}`),
        fc.constantFrom('https://', 'http:/', ' http://', 'http:', 's3:/', 'https:\\\\'),
        fc.webQueryParameters(),
        (address, start, more) => {
          const name = `${start}${address}${address.includes('?') ? more : ''}`;
          expect(shownName(name)).not.to.contain(secret);
          expect(shownText(`cannot open '${name}' now`)).not.to.contain(secret);
        },
      ),
    );
  });
});
