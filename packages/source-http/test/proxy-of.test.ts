import { expect } from 'chai';
import { proxyOf } from '../dist/proxy-of.js';

const https = new URL('https://dumps.example.com/vmcore');
const http = new URL('http://10.0.0.7:8080/vmcore');

describe('the proxy for an address', () => {
  it('is the one that the environment names for its scheme, in either case', () => {
    const env = { https_proxy: 'http://proxy:3128', HTTP_PROXY: 'other:8080' };
    expect(proxyOf(https, env)?.href).to.equal('http://proxy:3128/');
    expect(proxyOf(http, env)?.href).to.equal('http://other:8080/');
    expect(proxyOf(http, { ALL_PROXY: 'http://all' })?.href).to.equal('http://all/');
    expect(proxyOf(http, { http_proxy: '', https_proxy: 'http://proxy' })).to.equal(undefined);
  });

  it('is none for hosts that no_proxy names', () => {
    const proxied = (no_proxy: string, url: URL) =>
      proxyOf(url, { all_proxy: 'http://proxy', no_proxy }) !== undefined;
    for (const list of [
      '*',
      'example.com',
      '.example.com',
      'a, dumps.EXAMPLE.com',
      'example.com:443',
    ]) {
      expect(proxied(list, https), list).to.equal(false);
    }
    for (const list of ['', 'ample.com', 'example.com:80', 'dumps']) {
      expect(proxied(list, https), list).to.equal(true);
    }
    expect(proxied('10.0.0.7:8080', http)).to.equal(false);
    expect(proxied('::1', new URL('http://[::1]/'))).to.equal(false);
  });

  it('is refused where it speaks no HTTP, without its password', () => {
    expect(() => proxyOf(https, { https_proxy: 'socks5://u:secret@proxy' }))
      .to.throw('no http:// address')
      .with.property('message')
      .that.does.not.contain('secret');
  });
});
