import { expect } from 'chai';
import { Turns } from '../../dist/serving/turns.js';

describe('turns', () => {
  it('let some run, let some wait, and refuse the others', async () => {
    const turns = new Turns(1, 1);
    const order: string[] = [];
    let end: () => void = () => {};
    const first = turns.take(async () => {
      order.push('first');
      await new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    const second = turns.take(async () => void order.push('second'));
    expect(turns.take(async () => {})).to.equal(undefined);
    expect(order).to.deep.equal(['first']);
    end();
    await Promise.all([first, second]);
    expect(order).to.deep.equal(['first', 'second']);
  });

  it('go on after work that fails', async () => {
    const turns = new Turns(1, 1);
    const failed = turns.take(() => Promise.reject(new Error('no')));
    const next = turns.take(() => Promise.resolve(5));
    expect(await failed?.catch(() => 'failed')).to.equal('failed');
    expect(await next).to.equal(5);
  });
});
