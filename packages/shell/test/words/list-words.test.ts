import { expect } from 'chai';
import { list } from '../../dist/words/list-words.js';
import type { WordContext } from '../../dist/words/word.js';
import { linesOf, wordsKernel } from './words-kernel.ts';

describe('list', () => {
  it('says that it stopped where a list has no end', () => {
    const { kernel } = wordsKernel();
    const endless = Object.assign(Object.create(kernel), {
      memory: { wordSizeInBits: 64, readPointer: (at: bigint) => at + 16n },
    });
    let [count, last]: [number, unknown] = [0, undefined];
    for (const step of list.run(['ffff888000000000'], { kernel: endless } as WordContext)) {
      [count, last] = [count + 1, step];
    }
    expect(count).to.equal(1_000_001);
    expect(last).to.equal('list: stopped after 1000000 elements: the list has no end so far');
  }).timeout(120_000);
});

describe('waitq', () => {
  /** A queue in which tasks wait. */
  const queueOf = (waiters: number) => {
    const kernel = wordsKernel();
    const { place, tasks } = kernel;
    const head = place.make('wait_queue_head', {});
    place.emptyList(place.at(head, 'wait_queue_head', 'head'));
    const nodes = Array.from({ length: waiters }, (_, index) => {
      const entry = place.make('wait_queue_entry', { private: tasks[index]?.address ?? 1n });
      return place.at(entry, 'wait_queue_entry', 'entry');
    });
    place.append(place.at(head, 'wait_queue_head', 'head'), ...nodes);
    place.symbols.queue = head;
    return { ...kernel, kernel: place.kernel({ tasks: () => tasks }), nodes };
  };

  it('shows the tasks that wait, and counts them', async () => {
    const { kernel, current } = queueOf(2);
    const [first, second, count] = await linesOf({ kernel, current }, ['waitq', 'queue']);
    expect(first).to.match(/^PID: 10 .*COMMAND: "init"$/);
    expect(second).to.match(/^PID: 11 .*COMMAND: "sshd"$/);
    expect(count).to.equal('2 waiters');
    const empty = queueOf(0);
    expect(await linesOf(empty, ['waitq', 'queue'])).to.deep.equal(['wait queue is empty']);
  });

  it('says where a queue leads back into itself, not that it ended', async () => {
    const { kernel, current, place, nodes } = queueOf(2);
    const [first = 0n, second = 0n] = nodes;
    place.put(second, first);
    const lines = await linesOf({ kernel, current }, ['waitq', 'queue']);
    expect(lines.slice(2)).to.deep.equal([
      `waitq: duplicate list entry: ${first.toString(16)}`,
      'at least 2 waiters',
    ]);
  });
});
