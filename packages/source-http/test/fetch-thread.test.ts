import { setImmediate as nextTurn } from 'node:timers/promises';
import { Script } from 'node:vm';
import { TransferBudget } from '@vmcorekit/core';
import { expect } from 'chai';
import { FetchThread } from '../dist/fetch-thread.js';
import { blockSizeInBytes, RemoteSource } from '../dist/remote-source.js';

const pinned = { sizeInBytes: 200 * blockSizeInBytes + 10, etag: '"one"', lastModified: null };

function sourceIn(thread: FetchThread, budget?: TransferBudget): RemoteSource {
  return new RemoteSource(thread, {
    name: 'remote',
    id: 1,
    pinned,
    head: new Uint8Array(blockSizeInBytes),
    transfer: { requests: 1, bytesFetched: blockSizeInBytes },
    budget,
  });
}

function byteAt(source: RemoteSource, block: number): number | undefined {
  const byte = new Uint8Array(1);
  source.readInto(block * blockSizeInBytes + 5, byte);
  return byte[0];
}

describe('a file that another thread fetches', () => {
  const thread = new FetchThread(new URL('./support/pattern-worker.js', import.meta.url));

  it('listens to no output of the process, which warns of the eleventh listener', async () => {
    const listenerCounts = (): number[] =>
      [process.stdout, process.stderr].map((stream) => stream.listenerCount('error'));
    const before = listenerCounts();
    const more = [1, 2].map(
      () => new FetchThread(new URL('./support/pattern-worker.js', import.meta.url)),
    );
    expect(listenerCounts()).to.deep.equal(before);
    const asked = { kind: 'open', source: 1, url: '', headLengthInBytes: 8 } as const;
    for (const each of more) {
      expect(await each.answerTo({ ...asked, patience: undefined })).to.have.property('bytes');
    }
  });

  it('keeps no program alive once it has answered: commands printed, and never ended', async () => {
    const portCount = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
    const before = portCount();
    const another = new FetchThread(new URL('./support/pattern-worker.js', import.meta.url));
    const asked = { kind: 'open', source: 1, url: '', headLengthInBytes: 8 } as const;
    expect(await another.answerTo({ ...asked, patience: undefined })).to.have.property('bytes');
    await nextTurn();
    expect(portCount()).to.equal(before);
  });

  it('reads synchronously, across blocks and up to the end', () => {
    using source = sourceIn(thread);
    const bytes = new Uint8Array(2 * blockSizeInBytes);
    expect(source.readInto(10.5 * blockSizeInBytes, bytes)).to.equal(bytes.length);
    expect([bytes[0], bytes[blockSizeInBytes], bytes.at(-1)]).to.deep.equal([10, 11, 12]);
    expect(source.readInto(pinned.sizeInBytes - 3, bytes)).to.equal(3);
    expect(bytes[0]).to.equal(200);
    expect(source.readInto(pinned.sizeInBytes, bytes)).to.equal(0);
  });

  it('fetches what is announced at once, and then reads without a request', () => {
    using source = sourceIn(thread);
    const before = source.transfer.requests;
    source.willRead(
      [30, 31, 50, 32, 90].map((block) => ({
        offset: block * blockSizeInBytes,
        lengthInBytes: 10,
      })),
    );
    expect([30, 31, 32, 50, 90].map((block) => byteAt(source, block))).to.deep.equal([
      30, 31, 32, 50, 90,
    ]);
    thread.takeAnswers();
    expect(source.transfer.requests).to.be.above(before);
  });

  it('reads all of it in order, with requests ahead', () => {
    using source = sourceIn(thread);
    byteAt(source, 200);
    const before = source.transfer.requests;
    for (let block = 1; block <= 200; block++) {
      expect(byteAt(source, block)).to.equal(block);
    }
    // 34 blocks by misses, 166 by requests of 16; an answer to an earlier test may come late.
    expect(source.transfer.requests - before).to.be.within(17, 20);
  });

  it('fetches no more than its budget, and near its end only what is read', () => {
    const budget = new TransferBudget(7 * blockSizeInBytes);
    using source = sourceIn(thread, budget);
    expect(byteAt(source, 10)).to.equal(10);
    source.willRead([{ offset: 20 * blockSizeInBytes, lengthInBytes: 10 * blockSizeInBytes }]);
    expect(byteAt(source, 12)).to.equal(12);
    expect(source.transfer.leftInBytes).to.equal(blockSizeInBytes);
    expect(byteAt(source, 60)).to.equal(60);
    for (const block of [70, 80]) {
      expect(() => byteAt(source, block)).to.throw(
        'remote: more than 1.8 MiB would have to be fetched, the limit (--max-transfer)',
      );
    }
    expect(byteAt(source, 60)).to.equal(60);
  });

  // A step limit ends a script that sleeps here, unless the answer is quicker. It comes later then,
  // and must not be taken for that to the next question.
  it('reads right after a guard has ended a read in the middle', () => {
    using source = sourceIn(thread);
    for (let block = 20; block < 28; block += 2) {
      const read = { run: () => byteAt(source, block) };
      Object.assign(globalThis, { interruptedRead: read });
      try {
        new Script('interruptedRead.run()').runInThisContext({ timeout: 5 });
      } catch (error) {
        expect((error as Error).message).to.contain('timed out');
      }
      expect(byteAt(source, block + 100)).to.equal(block + 100);
      expect(byteAt(source, block)).to.equal(block);
    }
  });

  it('says that a source was used after it was disposed', () => {
    const source = sourceIn(thread);
    source[Symbol.dispose]();
    expect(() => byteAt(source, 1)).to.throw('used after it was disposed');
  });
});

describe('a thread that cannot start', () => {
  it('gives its reason as the answer', async () => {
    const thread = new FetchThread(new URL('./support/no-such-worker.js', import.meta.url));
    const answer = await thread.answerTo({ kind: 'fetch', source: 1, start: 0, end: 1 });
    expect(answer).to.have.nested.property('fault.because').that.contains('no-such-worker');
    expect(thread.isAlive).to.equal(false);
  });
});
