import { setMaxListeners } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { Turns } from '../../dist/running/turns.js';

const never = new AbortController().signal;
// Many calls share it here; each has its own from a client.
setMaxListeners(0, never);

describe('the turns of calls', () => {
  it('lets so many work at once, in the order in which they came', async () => {
    const turns = new Turns('this', 2);
    let now = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      [0, 1, 2, 3, 4].map((index) =>
        turns.take(never, async () => {
          order.push(index);
          most = Math.max(most, ++now);
          await setImmediate();
          now--;
        }),
      ),
    );
    expect([order, most]).to.deep.equal([[0, 1, 2, 3, 4], 2]);
  });

  it('goes on after one that fails, and after one that is cancelled while it waits', async () => {
    const turns = new Turns('this', 1);
    const cancelling = new AbortController();
    const ran: string[] = [];
    const all = Promise.allSettled([
      turns.take(never, async () => {
        await setImmediate();
        throw new Error('no luck');
      }),
      turns.take(cancelling.signal, async () => ran.push('cancelled')),
      turns.take(never, async () => ran.push('last')),
    ]);
    cancelling.abort();
    expect((await all).map(({ status }) => status)).to.deep.equal([
      'rejected',
      'rejected',
      'fulfilled',
    ]);
    expect(ran).to.deep.equal(['last']);
  });

  it('refuses a call where too many wait', async () => {
    const turns = new Turns('dump-1', 1);
    let end = (): void => {};
    const first = turns.take(never, () => new Promise<void>((resolve) => (end = resolve)));
    const waiting = Array.from({ length: 32 }, () => turns.take(never, async () => {}));
    const error = await turns.take(never, async () => {}).catch((thrown: unknown) => thrown);
    expect(String(error)).to.match(/more than 32 calls that wait for dump-1: call again when/);
    end();
    await Promise.all([first, ...waiting]);
    await turns.take(never, async () => {});
  });

  it('counts no cancelled call among those that wait', async () => {
    const turns = new Turns('dump-1', 1);
    let end = (): void => {};
    const first = turns.take(never, () => new Promise<void>((resolve) => (end = resolve)));
    const cancelling = new AbortController();
    setMaxListeners(0, cancelling.signal);
    const cancelled = Array.from({ length: 32 }, () =>
      turns.take(cancelling.signal, async () => {}).catch(() => 'cancelled'),
    );
    cancelling.abort();
    expect(new Set(await Promise.all(cancelled))).to.deep.equal(new Set(['cancelled']));
    const next = turns.take(never, async () => 'ran');
    end();
    await first;
    expect(await next).to.equal('ran');
  });
});
