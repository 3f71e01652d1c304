import { expect } from 'chai';
import { Connections } from '../dist/connections.js';
import { RangeClient, type RangeClientOptions } from '../dist/range-client.js';
import { cutting, faultyServer, type Handler, refusing, serving } from './support/faulty-server.ts';

const bytes = Uint8Array.from({ length: 5000 }, (_, index) => index % 251);

function clientOf(url: string, options: Partial<RangeClientOptions> = {}): RangeClient {
  return new RangeClient(new URL(url), { connections: new Connections({}, 10_000), ...options });
}

/** What opening fails with, after these answers. */
async function faultOf(...handlers: readonly Handler[]): Promise<string> {
  await using server = await faultyServer(...handlers);
  const client = clientOf(`${server.url}/dump?token=secret`);
  const because = await client.open(1000).then(
    () => 'opened',
    (error: Error) => error.message,
  );
  expect(because).not.to.contain('secret');
  return because.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
}

/** What a second read fails with, after these answers to it. */
async function laterFaultOf(...handlers: readonly Handler[]): Promise<string> {
  await using server = await faultyServer(serving(bytes), ...handlers);
  const client = clientOf(server.url);
  await client.open(1000);
  return await client.fetch(2000, 3000).then(
    () => 'read',
    (error: Error) => error.message,
  );
}

describe('reading ranges', () => {
  it('takes size, version and head from the first answer, with no request for headers', async () => {
    await using server = await faultyServer(
      serving(bytes, { etag: '"one"', 'last-modified': 'Tue, 01 Dec 2026 00:00:00 GMT' }),
    );
    const client = clientOf(`${server.url}/dump?token=secret#part`);
    const { pinned, head } = await client.open(1000);
    expect(pinned).to.deep.equal({
      sizeInBytes: 5000,
      etag: '"one"',
      lastModified: 'Tue, 01 Dec 2026 00:00:00 GMT',
    });
    expect(head).to.deep.equal(bytes.slice(0, 1000));
    expect(await client.fetch(4000, 5000)).to.deep.equal(bytes.slice(4000));
    expect(client.traffic).to.deep.equal({ requests: 2, bytesFetched: 2000 });
    const [first, second] = server.requests;
    expect([first?.method, first?.url, first?.headers.range]).to.deep.equal([
      'GET',
      '/dump?token=secret',
      'bytes=0-999',
    ]);
    expect(first?.headers['accept-encoding']).to.equal('identity');
    expect(second?.headers['if-match']).to.equal('"one"');
    expect(second?.headers).not.to.have.property('if-range');
  });

  it('opens an empty file, and one shorter than the head', async () => {
    for (const handler of [
      refusing(416, { 'content-range': 'bytes */0' }),
      ((_, response) => response.writeHead(200, { 'content-length': 0 }).end()) as Handler,
    ]) {
      await using server = await faultyServer(handler);
      const { pinned, head } = await clientOf(server.url).open(1000);
      expect([pinned.sizeInBytes, head.length]).to.deep.equal([0, 0]);
    }
    await using server = await faultyServer(serving(bytes.subarray(0, 10)));
    expect((await clientOf(server.url).open(1000)).head).to.deep.equal(bytes.slice(0, 10));
  });

  it('says what a status means, and tries only where that may help', async () => {
    expect(await faultOf(refusing(404))).to.equal('the server has no such file (404 Not Found)');
    expect(await faultOf(refusing(403))).to.contain('refuses access (403 Forbidden)');
    expect(await faultOf(refusing(401))).to.contain('asks who you are (401 Unauthorized)');
    expect(await faultOf(refusing(418))).to.contain('gives no bytes (418');
    expect(await faultOf(refusing(503))).to.equal(
      'the server failed (503 Service Unavailable), 5 times',
    );
    expect(await faultOf(refusing(503), refusing(429), refusing(500), serving(bytes))).to.equal(
      'opened',
    );
  });

  it('waits as long as a server asks, but not for hours', async () => {
    expect(await faultOf(refusing(429, { 'retry-after': '7200' }))).to.equal(
      'the server has had too many requests (429 Too Many Requests), and asks for 7200 s of patience: try again then',
    );
    const before = Date.now();
    expect(await faultOf(refusing(503, { 'retry-after': '1' }), serving(bytes))).to.equal('opened');
    expect(Date.now() - before).to.be.at.least(990);
  });

  it('refuses a server that sends whole files, compressed ones, or other ranges', async () => {
    const whole: Handler = (_, response) => response.writeHead(200).end(bytes);
    expect(await faultOf(whole)).to.equal(
      'HOST sends whole files only (200 OK to a request for a range): download the file first',
    );
    expect(await faultOf(serving(bytes, { 'content-encoding': 'gzip' }))).to.contain(
      'HOST sends the file compressed',
    );
    const packed: Handler = (_, response) => {
      const range = { 'content-range': 'bytes 0-999/5000', 'transfer-encoding': 'gzip, chunked' };
      response.writeHead(206, range).end(bytes.subarray(0, 1000));
    };
    expect(await faultOf(packed)).to.contain(
      'HOST sends the answer compressed (Transfer-Encoding)',
    );
    expect(await faultOf(serving(bytes, { 'content-range': 'bytes 5-999/5000' }))).to.contain(
      'another range: wanted bytes 0-999, got 5-999',
    );
    expect(await faultOf(serving(bytes, { 'content-range': 'bytes 0-999/*' }))).to.contain(
      'does not say of what',
    );
  });

  it('knows the web page of a sign-in from a dump', async () => {
    const said = 'HOST answers with a web page (HTML), not with a dump: it may want you to sign in';
    const page = Buffer.from('<!DOCTYPE html><html>');
    const html = { 'content-type': 'text/html; charset=utf-8' };
    expect(await faultOf((_, response) => response.writeHead(200, html).end(page))).to.equal(said);
    expect(await faultOf(serving(page, html))).to.equal(said);
    expect(await faultOf(serving(bytes, html))).to.equal('opened');
  });

  it('goes on where a body was cut, as long as it comes further', async () => {
    const many = Uint8Array.from({ length: 50_000 }, (_, index) => index % 251);
    await using server = await faultyServer(
      serving(many),
      ...Array<Handler>(9).fill(cutting(many, 5000)),
    );
    const client = clientOf(server.url);
    await client.open(1000);
    expect(await client.fetch(1000, 40_000)).to.deep.equal(many.slice(1000, 40_000));
    expect(server.requests.length).to.equal(9);
    expect(await laterFaultOf(cutting(bytes, 0))).to.match(
      /^127.0.0.1:\d+ cut the connection, 5 times$/,
    );
  });

  it('goes on where the first body was cut: a head of 100 KB never came', async () => {
    const many = Uint8Array.from({ length: 50_000 }, (_, index) => index % 251);
    await using server = await faultyServer(...Array<Handler>(9).fill(cutting(many, 5000)));
    const { head } = await clientOf(server.url).open(20_000);
    expect(head).to.deep.equal(many.slice(0, 20_000));
    expect(server.requests.map(({ headers }) => headers.range)).to.deep.equal([
      'bytes=0-19999',
      'bytes=5000-19999',
      'bytes=10000-19999',
      'bytes=15000-19999',
    ]);
  });

  it('ends a read whose answers hold next to nothing, whole or cut', async () => {
    const oneByte: Handler = (request, response) => {
      const [, start = ''] = /=(\d+)-/.exec(request.headers.range ?? '') ?? [];
      request.headers.range = `bytes=${start}-${start}`;
      serving(bytes)(request, response);
    };
    expect(await laterFaultOf(...Array<Handler>(999).fill(oneByte))).to.match(
      /^127.0.0.1:\d+ answers with 1 of 996 bytes, 5 times$/,
    );
    expect(await laterFaultOf(...Array<Handler>(999).fill(cutting(bytes, 100)))).to.match(
      /^127.0.0.1:\d+ cut the connection, 5 times$/,
    );
  });

  it('ends a read that is too slow over all its requests', async () => {
    const many = new Uint8Array(200_000);
    const late: Handler = (request, response) => {
      setTimeout(() => cutting(many, 5000)(request, response), 150);
    };
    await using server = await faultyServer(serving(many), ...Array<Handler>(40).fill(late));
    const patience = { windowInMilliseconds: 200, leastBytesInWindow: 20_000 };
    const client = clientOf(server.url, { patience });
    await client.open(1000);
    const because = await client.fetch(1000, 200_000).then(
      () => 'read',
      (error: Error) => error.message,
    );
    expect(because).to.match(/^the server is too slow: \d+ bytes in \d+ s of requests$/);
    expect(server.requests.length).to.be.below(8);
  });

  it('takes an answer that is shorter than asked, and asks for the rest', async () => {
    const short: Handler = (request, response) => {
      request.headers.range = (request.headers.range ?? '').replace(/\d+$/, (last) =>
        String(Math.min(Number(last), 2499)),
      );
      serving(bytes)(request, response);
    };
    await using server = await faultyServer(serving(bytes), short, serving(bytes));
    const client = clientOf(server.url);
    await client.open(1000);
    expect(await client.fetch(2000, 3000)).to.deep.equal(bytes.slice(2000, 3000));
  });

  it('notices that the file changed', async () => {
    expect(await laterFaultOf(refusing(412))).to.equal(
      'the file changed while it was read (412 Precondition Failed)',
    );
    expect(await laterFaultOf(serving(bytes, { etag: '"two"' }))).to.contain('changed');
    expect(await laterFaultOf(serving(bytes.subarray(1)))).to.equal(
      'the file changed while it was read: it had 5000 bytes, now 4999',
    );
    expect(await laterFaultOf(refusing(416))).to.contain('has become shorter');
  });

  it('compares weak tags itself, because If-Match never matches them', async () => {
    await using server = await faultyServer(
      serving(bytes, { etag: 'W/"one"' }),
      serving(bytes, { etag: 'W/"two"' }),
    );
    const client = clientOf(server.url);
    await client.open(1000);
    const fault = await client.fetch(2000, 3000).catch((error: Error) => error.message);
    expect(fault).to.contain('the file changed while it was read');
    expect(server.requests[1]?.headers).not.to.have.property('if-match');
  });

  it('gives up on a server that trickles', async () => {
    const trickling: Handler = (request, response) => {
      serving(bytes)(request, {
        writeHead: (status: number, headers: object) => response.writeHead(status, { ...headers }),
        end: (part: Uint8Array) => {
          let at = 0;
          const timer = setInterval(() => response.write(part.subarray(at, ++at)), 20);
          response.on('close', () => clearInterval(timer));
        },
      } as never);
    };
    await using server = await faultyServer(trickling);
    const patience = { windowInMilliseconds: 200, leastBytesInWindow: 500 };
    const fault = await clientOf(server.url, { patience })
      .open(1000)
      .catch((error: Error) => error.message);
    expect(fault).to.match(/^127.0.0.1:\d+ is too slow: \d+ bytes? in 0.2 s$/);
    expect(server.requests.length).to.equal(2);
  });

  it('gives up on a server that never answers', async () => {
    await using server = await faultyServer(() => {});
    const client = clientOf(server.url, { connections: new Connections({}, 100) });
    const fault = await client.open(1000).catch((error: Error) => error.message);
    expect(fault).to.match(/^127.0.0.1:\d+ does not answer$/);
  });

  it('says that a host refuses, or is none', async () => {
    const refused = await clientOf('http://127.0.0.1:1/')
      .open(1)
      .catch((error: Error) => error.message);
    expect(refused).to.equal('127.0.0.1:1 refuses the connection, 5 times');
  });

  it('refuses a body that is longer than its range', async () => {
    const long: Handler = (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-999/5000' });
      response.end(bytes);
    };
    expect(await faultOf(long)).to.equal('HOST sends more bytes than asked for');
  });
});
