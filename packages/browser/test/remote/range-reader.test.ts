import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault, type Patience, RemoteSource } from '@vmcorekit/source-http/reading';
import { expect } from 'chai';
import fc from 'fast-check';
import { NetworkFault } from '../../dist/remote/network-fault.js';
import { RangeReader } from '../../dist/remote/range-reader.js';
import type { WaitForRange, WholeAnswer } from '../../dist/remote/wait-for-range.js';
import { WaitingFetcher } from '../../dist/remote/waiting-fetcher.js';

const bytes = Uint8Array.from({ length: 900_000 }, (_, index) => index % 251);
const patience: Patience = { windowInMilliseconds: 60_000, leastBytesInWindow: 1 };

/** What a second request gets: as a server should answer, with changes. */
function answering(changes: Partial<WholeAnswer['headers']> = {}, cutTo = Infinity): WaitForRange {
  return (_url, { range = '' }) => {
    const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
    const end = Math.min(Number(last) + 1, Number(start) + cutTo);
    const body = bytes.slice(Number(start), end);
    const headers = { 'content-range': `bytes ${start}-${end - 1}/${bytes.length}`, etag: '"one"' };
    return { statusCode: 206, headers: { ...headers, ...changes }, body };
  };
}

function serving(headers: Readonly<Record<string, string>> = {}): RequestListener {
  return (request, response) => {
    const [, start, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const body = bytes.subarray(Number(start), Number(last) + 1);
    const range = `bytes ${start}-${Number(start) + body.length - 1}/${bytes.length}`;
    response.writeHead(206, { 'content-range': range, etag: '"one"', ...headers }).end(body);
  };
}

/** Opens a file on a server of this machine, and reads on by `waits`, one for each request. */
async function opened(
  listener: RequestListener,
  ...waits: readonly WaitForRange[]
): Promise<{ reader: RangeReader; sent: Readonly<Record<string, string>>[] }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const sent: Readonly<Record<string, string>>[] = [];
  const wait: WaitForRange = (url, headers, length, patient) => {
    const answer = waits[Math.min(sent.length, waits.length - 1)];
    sent.push(headers);
    return (answer ?? answering())(url, headers, length, patient);
  };
  const reader = new RangeReader(new URL(`http://127.0.0.1:${port}/dump?token=secret#x`), {
    patience,
    wait,
  });
  try {
    await reader.open(1000);
    return { reader, sent };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function refusal(listener: RequestListener): Promise<string> {
  const because = await opened(listener).then(
    () => 'opened',
    (error: Error) => error.message,
  );
  expect(because).not.to.contain('secret');
  return because.replace(/127\.0\.0\.1:\d+/, 'HOST');
}

/** What a later read fails with. */
async function laterFault(...waits: readonly WaitForRange[]): Promise<string> {
  const { reader } = await opened(serving(), ...waits);
  try {
    reader.fetch(2000, 9000);
    return 'read';
  } catch (error) {
    expect(error).to.be.instanceOf(Fault);
    return (error as Fault).because.replace(/127\.0\.0\.1:\d+/, 'HOST');
  }
}

const failing: WaitForRange = ({ host }) => {
  throw new NetworkFault(host, 'again');
};

describe('ranges that a worker waits for', () => {
  it('are of the version that was opened, by If-Match', async () => {
    const { reader, sent } = await opened(serving());
    expect(reader.fetch(2000, 9000)).to.deep.equal(bytes.slice(2000, 9000));
    expect(sent).to.deep.equal([{ range: 'bytes=2000-8999', 'if-match': '"one"' }]);
    expect(reader.traffic).to.deep.equal({ requests: 2, bytesFetched: 8000 });
  });

  it('go without If-Match where a server does not allow it, and are compared', async () => {
    const { reader, sent } = await opened(serving(), failing, answering(), answering());
    reader.fetch(2000, 9000);
    reader.fetch(9000, 9500);
    expect(sent.map((headers) => 'if-match' in headers)).to.deep.equal([true, false, false]);
    expect(await laterFault(failing, answering({ etag: '"two"' }))).to.contain('changed');
  });

  it('go on where an answer is short, and end where it holds next to nothing', async () => {
    const { reader, sent } = await opened(serving(), answering({}, 5000));
    expect(reader.fetch(2000, 9000)).to.deep.equal(bytes.slice(2000, 9000));
    expect(sent.length).to.equal(2);
    expect(await laterFault(answering({}, 1))).to.equal(
      'HOST answers with 1 of 6996 bytes, 5 times',
    );
  });

  it('are asked for again where the connection fails, five times', async () => {
    const { reader, sent } = await opened(serving(), answering(), failing, answering());
    reader.fetch(2000, 9000);
    reader.fetch(9000, 9500);
    expect(sent.length).to.equal(3);
    expect(await laterFault(answering({}, 5000), failing)).to.equal(
      'the connection to HOST failed, 5 times',
    );
  });

  it('end with a sentence where the answer is another one', async () => {
    const status =
      (statusCode: number, headers = {}): WaitForRange =>
      () => ({ statusCode, headers, body: new Uint8Array() });
    expect(await laterFault(status(412))).to.contain('the file changed while it was read');
    expect(await laterFault(status(403))).to.contain('refuses access (403 Forbidden)');
    expect(await laterFault(status(503, { 'retry-after': '60' }))).to.contain('asks for 60 s');
    expect(await laterFault(answering({ 'content-range': 'bytes 2000-8999/9999' }))).to.contain(
      'it had 900000 bytes, now 9999',
    );
    expect(await laterFault(answering({ 'content-range': 'bytes 2000-2999/900000' }))).to.equal(
      'HOST sends the file compressed, or a body of another length: wanted 1000 bytes, got more',
    );
  });
});

describe('ranges of a hostile server', () => {
  it('are the bytes that it names, or a fault, whatever it answers', async () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 12_000 }), fc.constantFrom(2000, 8999, 7000));
    const answers = fc.record({
      statusCode: fc.constantFrom(206, 206, 206, 200, 416, 0, 302),
      range: fc.oneof(
        fc.string(),
        fc.tuple(number, number).map(([start, last]) => `bytes ${start}-${last}/900000`),
        number.map((last) => `bytes 2000-${last}/900000`),
      ),
      etag: fc.constantFrom('"one"', 'W/"one"', '', undefined),
      bodyInBytes: number,
    });
    let answer: WholeAnswer | null = null;
    const { reader } = await opened(serving(), (url, headers, length, patient) => {
      const next = answer ?? answering()(url, headers, length, patient);
      answer = null;
      return next;
    });
    fc.assert(
      fc.property(answers, ({ statusCode, range, etag, bodyInBytes }) => {
        const body = new Uint8Array(bodyInBytes).fill(255);
        answer = { statusCode, headers: { 'content-range': range, etag }, body };
        let read: Uint8Array;
        try {
          read = reader.fetch(2000, 9000);
        } catch (error) {
          expect(error).to.be.instanceOf(Fault);
          return;
        }
        // The rest comes from where the hostile answer ended; no byte of the pattern is 255.
        const fromHostile = read.filter((byte) => byte === 255).length;
        expect(fromHostile).to.be.oneOf([0, bodyInBytes]);
        expect(read.slice(fromHostile)).to.deep.equal(bytes.slice(2000 + fromHostile, 9000));
      }),
    );
  });
});

describe('the first range of a file on a server', () => {
  it('is refused before its body is read where the server sends whole files', async () => {
    const whole: RequestListener = (_, response) => {
      // A body without an end: a page that read it would never answer.
      response.writeHead(200).write('x');
    };
    expect(await refusal(whole)).to.equal(
      'HOST sends whole files only (200 OK to a request for a range): download the file first',
    );
  });

  it('is refused where its body has no end', async () => {
    const endless: RequestListener = (_, response) => {
      response.writeHead(206, { 'content-range': 'bytes 0-999/5000' });
      response.write(new Uint8Array(2000));
    };
    expect(await refusal(endless)).to.equal(
      'HOST sends the file compressed, or a body of another length: wanted 1000 bytes, got more',
    );
  });

  it('is refused where it is a page or another range, and else tried again', async () => {
    const html = { 'content-type': 'text/html' };
    expect(await refusal((_, response) => response.writeHead(200, html).end())).to.contain(
      'answers with a web page',
    );
    expect(await refusal(serving({ 'content-length': '10' }))).to.contain('another length');
    let count = 0;
    const busy: RequestListener = (request, response) => {
      count += 1;
      if (count === 3) {
        serving()(request, response);
      } else {
        response.writeHead(503).end();
      }
    };
    expect(await refusal(busy)).to.equal('opened');
    expect(count).to.equal(3);
  });

  it('fails at once where a browser says only that it failed', async () => {
    const error = await new RangeReader(new URL('http://127.0.0.1:1/')).open(10).catch((e) => e);
    expect(error).to.be.instanceOf(NetworkFault);
  });

  it('of an empty file is nothing', async () => {
    const reader = await opened((_, response) =>
      response.writeHead(416, { 'content-range': 'bytes */0' }).end(),
    );
    expect(reader.sent).to.deep.equal([]);
  });
});

describe('a file that is read by waiting', () => {
  it('asks for nothing ahead, and says when it waits', async () => {
    const { reader, sent } = await opened(serving(), answering());
    const waits: boolean[] = [];
    using source = new RemoteSource(
      new WaitingFetcher(reader, (isWaiting) => waits.push(isWaiting)),
      {
        name: 'dump',
        id: 0,
        pinned: { sizeInBytes: bytes.length, etag: '"one"', lastModified: null },
        head: new Uint8Array(),
        transfer: { ...reader.traffic },
      },
    );
    const target = new Uint8Array(10);
    source.readInto(600_000, target);
    expect(target).to.deep.equal(bytes.slice(600_000, 600_010));
    source.willRead([{ offset: 0, lengthInBytes: 300_000 }]);
    source.readInto(100_000, target);
    expect(sent.map(({ range }) => range)).to.deep.equal(['bytes=524288-899999', 'bytes=0-524287']);
    expect(waits).to.deep.equal([true, false, true, false]);
    expect(source.transfer).to.deep.equal({ requests: 3, bytesFetched: 1000 + 900_000 });
  });

  it('says why again and again, once a read failed', async () => {
    const { reader } = await opened(serving(), () => ({
      statusCode: 404,
      headers: {},
      body: new Uint8Array(),
    }));
    const pinned = { sizeInBytes: bytes.length, etag: null, lastModified: null };
    const file = { name: 'dump', id: 0, pinned, head: new Uint8Array(), transfer: reader.traffic };
    using source = new RemoteSource(new WaitingFetcher(reader), file);
    for (const offset of [0, 600_000]) {
      expect(() => source.readInto(offset, new Uint8Array(1))).to.throw(
        'dump: the server has no such file (404 Not Found)',
      );
    }
  });
});
