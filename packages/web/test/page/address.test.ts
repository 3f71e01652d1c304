import { expect } from 'chai';
import fc from 'fast-check';
import { addressInLink, type ReadAddress, readAddress } from '../../dist/page/model/address.js';

const read = (text: string): ReadAddress => {
  const answer = readAddress(text, 'https:');
  if ('problem' in answer) {
    throw new Error(answer.problem);
  }
  return answer;
};
const problem = (text: string, pageProtocol = 'https:'): string => {
  const answer = readAddress(text, pageProtocol);
  return 'problem' in answer ? answer.problem : 'none';
};

describe('an address that the page is given', () => {
  it('is shown as host and path, without its query and fragment', () => {
    expect(
      read(' https://Dumps.example.com:8443/a%20b/db.vmcore?token=secret#secret '),
    ).to.deep.equal({
      url: 'https://dumps.example.com:8443/a%20b/db.vmcore?token=secret',
      host: 'dumps.example.com:8443',
      path: '/a b/db.vmcore',
      hasQuery: true,
    });
  });

  it('cannot pass for another host by letters or line breaks', () => {
    expect(read('https://dumps.ex\u0430mple.com/x').host).to.match(/^dumps\.xn--/);
    expect(read('https://h/a%0Ab%E2%80%AEc').path).not.to.match(/[\n\u202e]/);
    expect(read('https://h/%ff').path).to.equal('/%ff');
  });

  it('is refused where a browser cannot read it, with the way out', () => {
    expect(problem('s3://bucket/key')).to.contain('signed https:// address');
    expect(problem('ftp://host/x')).to.contain('no valid address');
    expect(problem('https://')).to.contain('no valid address');
    expect(problem('https://user:secret@host/x')).to.match(/^A browser sends no user and password/);
    expect(problem('http://host/x')).to.contain('mixed content');
    expect(problem('http://localhost.evil.example/x')).to.contain('mixed content');
  });

  it('may be without encryption on this machine, or where the page is so too', () => {
    for (const host of ['localhost:80', 'a.localhost', '127.0.0.1:9', '[::1]']) {
      expect(problem(`http://${host}/x`)).to.equal('none');
    }
    expect(problem('http://host/x', 'http:')).to.equal('none');
  });

  it('never shows what it hides, whatever it is', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true }), fc.string(), (url, secret) => {
        const hidden = `Q${encodeURIComponent(secret.replace(/[\ud800-\udfff]/g, ''))}Q`;
        const answer = readAddress(`${url.split('?')[0]}?${hidden}`, 'http:');
        const { url: _, ...shown } = { url: '', ...answer };
        expect(JSON.stringify(shown)).not.to.contain(hidden);
      }),
    );
  });

  it('is any text, and never an error', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((rest) => `https://${rest}`),
        ),
        (text) => {
          const answer = readAddress(text, 'https:');
          expect('problem' in answer || answer.url.startsWith('http')).to.equal(true);
          addressInLink(`#url=${text}`);
        },
      ),
    );
  });
});

describe('a link to the page', () => {
  it('brings an address as it is, or escaped', () => {
    const address = 'https://h/a%20b?x=%2F&y=1#z';
    expect(addressInLink(`#url=${address}`)).to.equal(address);
    expect(addressInLink(`#url=${encodeURIComponent(address)}`)).to.equal(address);
    expect(addressInLink('#url=')).to.equal('');
    expect(addressInLink('#url=%')).to.equal('%');
    expect(addressInLink('#/memory/virtual/0x0')).to.equal(undefined);
  });
});
