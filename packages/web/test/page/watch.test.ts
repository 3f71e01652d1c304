import { expect } from 'chai';
import { type Hung, Watch } from '../../dist/page/client/watch.js';

/** The timers of a page whose time the test lets pass. */
class Clock {
  readonly #timers: Map<number, { readonly at: number; readonly run: () => void }> = new Map();
  #now = 0;
  #lastId = 0;

  readonly setTimeout = (run: () => void, milliseconds: number): number => {
    this.#lastId += 1;
    this.#timers.set(this.#lastId, { at: this.#now + milliseconds, run });
    return this.#lastId;
  };

  readonly clearTimeout = (id: number): void => {
    this.#timers.delete(id);
  };

  pass(milliseconds: number): void {
    this.#now += milliseconds;
    for (const [id, { at, run }] of [...this.#timers]) {
      if (at <= this.#now) {
        this.#timers.delete(id);
        run();
      }
    }
  }
}

describe('what watches the steps of a worker', () => {
  const { window: windowBefore } = globalThis as { window?: unknown };
  let clock: Clock;
  let hung: Hung[];
  let watch: Watch;

  beforeEach(() => {
    clock = new Clock();
    hung = [];
    Object.assign(globalThis, { window: clock });
    watch = new Watch((work) => hung.push(work));
    watch.take({ phase: 'begin', what: 'search', limitInMilliseconds: 1000 });
  });
  afterEach(() => {
    Object.assign(globalThis, { window: windowBefore });
  });

  it('reports a step that does not come back', () => {
    clock.pass(1000);
    clock.pass(1000);
    expect(hung.map(({ what }) => what)).to.deep.equal(['search']);
  });

  it('does not count the time that a step waits for a network', () => {
    clock.pass(900);
    watch.take({ phase: 'wait' });
    clock.pass(60_000);
    watch.take({ phase: 'resume' });
    clock.pass(900);
    clock.pass(250);
    watch.take({ phase: 'end' });
    clock.pass(60_000);
    expect(hung).to.deep.equal([]);
  });

  it('reports a step that hangs after it waited', () => {
    watch.take({ phase: 'wait' });
    watch.take({ phase: 'resume' });
    clock.pass(1000);
    clock.pass(1000);
    expect(hung.length).to.equal(1);
  });
});
