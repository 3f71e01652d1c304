import { isVmcorekitError } from '@vmcorekit/core';
import { HttpOpener, RemoteFiles } from '@vmcorekit/source-http';
import { expect } from 'chai';
import { faultyServer, refusing, serving } from './support/faulty-server.ts';

const bytes = Uint8Array.from({ length: 5000 }, (_, index) => index % 251);
const opener = new HttpOpener(new RemoteFiles(new URL('../dist/fetch-worker.js', import.meta.url)));

async function errorOf(url: string): Promise<string> {
  try {
    await opener.open(url);
    return 'opened';
  } catch (error) {
    expect(isVmcorekitError(error, 'io')).to.equal(true);
    return (error as Error).message;
  }
}

describe('the opener of http and https', () => {
  it('opens a file, and names it without its query, user and fragment', async () => {
    await using server = await faultyServer(serving(bytes));
    const address = server.url.replace('http://', 'http://user:secret@');
    using source = await opener.open(`${address}/a/dump?token=secret#secret`);
    expect(source.name).to.equal(`${server.url}/a/dump`);
    expect([source.sizeInBytes, source.version]).to.deep.equal([5000, '5000-"one"']);
    const target = new Uint8Array(100);
    expect(source.readInto(4950, target)).to.equal(50);
    expect(target.subarray(0, 50)).to.deep.equal(bytes.slice(4950));
    expect(source.transfer).to.deep.equal({ requests: 1, bytesFetched: 5000 });
  });

  it('says what is wrong, without the secrets of the address', async () => {
    await using server = await faultyServer(refusing(403));
    expect(await errorOf(`${server.url}/dump?token=secret`)).to.equal(
      `${server.url}/dump: the server refuses access (403 Forbidden): an address may be signed for a time that is over`,
    );
    expect(await errorOf('https://user:se/cret@host/dump')).to.equal(
      'https://…: this is no valid address',
    );
  });

  it('refuses a fragment that would swallow an entry or a place', async () => {
    await using server = await faultyServer(serving(bytes));
    for (const rest of ['secret//vmcore', 'secret@0x1000']) {
      expect(await errorOf(`${server.url}/dump.zip#${rest}`)).to.equal(
        `${server.url}/dump.zip: its fragment ('#') holds an entry or place`,
      );
    }
    expect(server.requests).to.deep.equal([]);
  });

  it('opens a companion beside it, without the query that signs another path', async () => {
    await using server = await faultyServer(serving(bytes));
    using source = await opener.companion(
      `${server.url}/a%20b/dump.vmss?token=secret`,
      'du mp.vmem',
    );
    expect(source?.sizeInBytes).to.equal(5000);
    expect(server.requests[0]?.url).to.equal('/a%20b/du%20mp.vmem');
  });

  it('finds no companion where there is none, and none in another folder', async () => {
    for (const handler of [refusing(404), refusing(403)]) {
      await using server = await faultyServer(handler);
      expect(await opener.companion(`${server.url}/a/dump`, 'other')).to.equal(undefined);
      expect(await opener.companion(`${server.url}/a/dump`, '../other')).to.equal(undefined);
      expect(server.requests.length).to.equal(1);
    }
  });
});
