import { expect } from 'chai';
import { Connections } from '../dist/connections.js';
import { RangeClient } from '../dist/range-client.js';
import { faultyServer, type Handler, refusing, serving } from './support/faulty-server.ts';

const bytes = Uint8Array.from({ length: 5000 }, (_, index) => index % 251);

function to(location: string, status = 302): Handler {
  return (_, response) => response.writeHead(status, { location }).end();
}

function clientOf(url: string): RangeClient {
  return new RangeClient(new URL(url), { connections: new Connections({}, 10_000) });
}

async function faultOf(handler: Handler): Promise<string> {
  await using server = await faultyServer(handler);
  return await clientOf(server.url)
    .open(1000)
    .then(
      () => 'opened',
      (error: Error) => error.message.replace(/127\.0\.0\.1:\d+/, 'HOST'),
    );
}

describe('a redirect', () => {
  it('is followed once, and never takes credentials or the query to another host', async () => {
    await using other = await faultyServer(serving(bytes));
    await using server = await faultyServer(to(`${other.url}/there?ticket=1`));
    const address = server.url.replace('http://', 'http://user:p%40ss@');
    const client = clientOf(`${address}/dump?token=secret`);
    await client.open(1000);
    expect(await client.fetch(2000, 3000)).to.deep.equal(bytes.slice(2000, 3000));
    const basic = `Basic ${Buffer.from('user:p@ss').toString('base64')}`;
    expect(server.requests.map(({ headers }) => headers.authorization)).to.deep.equal([basic]);
    for (const { url, headers } of other.requests) {
      expect(url).to.equal('/there?ticket=1');
      expect(headers).not.to.have.property('authorization');
      expect(headers).not.to.have.property('referer');
    }
  });

  it('is asked for again where its ticket is over', async () => {
    await using other = await faultyServer(serving(bytes), refusing(403), serving(bytes));
    await using server = await faultyServer(to(`${other.url}/first`), to(`${other.url}/second`));
    const client = clientOf(server.url);
    await client.open(1000);
    await client.fetch(2000, 3000);
    expect(other.requests.map(({ url }) => url)).to.deep.equal(['/first', '/first', '/second']);
  });

  it('ends in a sentence where it leads nowhere', async () => {
    expect(await faultOf(to('/dump'))).to.equal('the server redirects in a circle');
    expect(await faultOf((request, response) => to(`${request.url}x`)(request, response))).to.equal(
      'the server redirects more than 10 times',
    );
    expect(await faultOf(to('file:///etc/passwd'))).to.equal(
      'the server redirects to file:, not to http or https',
    );
    expect(await faultOf((_, response) => response.writeHead(302).end())).to.equal(
      'the server redirects, but not to an address',
    );
  });
});
