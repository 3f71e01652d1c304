import { expect } from 'chai';
import { Connections } from '../dist/connections.js';
import { RangeClient } from '../dist/range-client.js';
import { faultyServer, refusing, serving } from './support/faulty-server.ts';

const bytes = Uint8Array.from({ length: 100 }, (_, index) => index);

function clientOf(url: string, env: Record<string, string>): RangeClient {
  return new RangeClient(new URL(url), { connections: new Connections(env, 10_000) });
}

describe('a connection through a proxy', () => {
  it('asks the proxy for the whole address, with its own credentials', async () => {
    await using proxy = await faultyServer(serving(bytes));
    const http_proxy = proxy.url.replace('http://', 'http://me:secret@');
    const { head } = await clientOf('http://dumps.example/a?b=c', { http_proxy }).open(10);
    expect(head).to.deep.equal(bytes.slice(0, 10));
    const [request] = proxy.requests;
    expect(request?.url).to.equal('http://dumps.example/a?b=c');
    expect(request?.headers.host).to.equal('dumps.example');
    expect(request?.headers['proxy-authorization']).to.match(/^Basic /);
  });

  it('to an https server ends in a sentence where the proxy refuses', async () => {
    await using proxy = await faultyServer(refusing(403));
    const https_proxy = proxy.url;
    // A server without a handler for CONNECT closes the connection.
    const fault = await clientOf('https://dumps.example/', { https_proxy })
      .open(10)
      .catch((error: Error) => error.message);
    expect(fault).to.equal('dumps.example cut the connection, 5 times');
  });
});
