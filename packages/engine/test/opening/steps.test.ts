import { type Container, definePlugin, type Progress } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { expect } from 'chai';
import { withOwnClock } from '../own-clock.ts';
import {
  bytesOf,
  claimBy,
  failureOf,
  shelf,
  shelfWith,
  stateFormat,
  WatchedSource,
} from './toys.ts';

const limitInMilliseconds = 300;

describe('opening step by step', () => {
  const clock = withOwnClock();

  function toolkitWith(step: (index: number) => number) {
    const slow: Container = {
      ...shelf,
      async open(source, context) {
        const work = await shelf.open(source, context);
        return (function* () {
          for (let index = 0; index < 1000; index++) {
            clock.advance(step(index));
            yield { kind: 'progress', doing: 'dawdling', fraction: index / 1000 } as const;
          }
          return yield* work;
        })();
      },
    };
    const stepLimit = { guard: clock.guard, limitInMilliseconds };
    return createToolkit(
      [definePlugin({ name: 'p', containers: [slow], formats: [stateFormat] })],
      { stepLimit },
    );
  }

  it('may take any number of steps, each within the limit', async () => {
    const seen: Progress[] = [];
    const source = new WatchedSource(shelfWith({ a: 'STATE x' }));
    const identified = await toolkitWith(() => 100).identify(source, {
      onProgress: (progress) => seen.push(progress),
    });
    expect(identified.format.name).to.equal('state');
    expect(seen.length).to.be.above(1000);
    expect(seen[500]).to.deep.equal({ kind: 'progress', doing: 'dawdling', fraction: 0.5 });
  });

  it('is cut where one step hangs, and closes the file', async () => {
    const source = new WatchedSource(shelfWith({ a: 'STATE x' }));
    const error = await failureOf(
      toolkitWith((index) => (index === 700 ? 1e6 : 10)).identify(source),
    );
    expect(error).to.have.property(
      'message',
      "container 'shelf' ran past its time limit of 300 ms",
    );
    expect(source.isDisposed).to.equal(true);
  });

  it('stops at a signal, with the reason that it gives, and closes the file', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const source = new WatchedSource(shelfWith({ a: 'STATE x' }));
    let steps = 0;
    const onProgress = () => {
      steps += 1;
      if (steps === 5) {
        controller.abort(reason);
      }
    };
    expect(
      await failureOf(
        toolkitWith(() => 1).identify(source, { onProgress, signal: controller.signal }),
      ),
    ).to.equal(reason);
    expect([steps, source.isDisposed]).to.deep.equal([5, true]);
  });

  it('closes file, companions and stores of a format that fails with them', async () => {
    const beside = new WatchedSource('beside');
    const greedy = {
      ...stateFormat,
      probe: claimBy('GREEDY'),
      open: async (...[, context]: Parameters<typeof stateFormat.open>) => {
        await context.companion('beside');
        (await context.scratch()).writeAt(0, bytesOf('unpacked'));
        throw new TypeError('too much');
      },
    };
    const source = new WatchedSource('GREEDY');
    const opening = createToolkit([definePlugin({ name: 'p', formats: [greedy] })]).open(source, {
      openCompanion: async () => beside,
    });
    expect(String(await failureOf(opening))).to.include(
      "format 'state' failed: TypeError: too much",
    );
    expect([source.isDisposed, beside.isDisposed]).to.deep.equal([true, true]);
  });
});
