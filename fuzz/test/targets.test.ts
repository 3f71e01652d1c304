import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import { attack, diceOf } from '../dist/attack.js';
import { corpusOf } from '../dist/corpus.js';
import { mutate } from '../dist/mutate.js';
import { outcomeOf } from '../dist/outcome.js';
import type { FuzzTarget } from '../dist/target.js';
import { targets } from '../dist/targets/index.js';

const mutations: number = propertyRuns(20);

describe('fuzz targets', () => {
  for (const target of targets) {
    it(`${target.name}: every input of the corpus ends as allowed`, async () => {
      const corpus = corpusOf(target);
      expect(corpus).to.have.length.at.least(1);
      const outcomes = new Set<string>();
      for (const bytes of [...(await target.seeds()), ...corpus]) {
        outcomes.add(await outcomeOf(target, bytes));
      }
      expect(outcomes.size).to.be.at.least(1);
    });

    it(`${target.name}: its first mutations end as allowed`, async () => {
      const seeds = await target.seeds();
      const options = {
        seed: 1,
        runs: seeds.length + mutations,
        until: Number.POSITIVE_INFINITY,
        runLimitInMilliseconds: Number.POSITIVE_INFINITY,
      };
      const { finding, runs } = await attack(target, seeds, options);
      expect(finding?.because).to.equal(undefined);
      expect(runs).to.equal(options.runs);
    });
  }
});

describe('attack', () => {
  const fragile: FuzzTarget = {
    name: 'fragile',
    summary: 'breaks at one byte',
    seeds: () => [Uint8Array.of(0, 0, 0, 0)],
    run(bytes) {
      if (bytes[0] === 0x7f) {
        throw new TypeError('an untyped error');
      }
      return String(bytes.length);
    },
  };

  it('finds an input that causes an untyped error, and the same one for the same seed', async () => {
    const options = {
      seed: 7,
      runs: 100_000,
      until: Number.POSITIVE_INFINITY,
      runLimitInMilliseconds: Number.POSITIVE_INFINITY,
    };
    const first = await attack(fragile, await fragile.seeds(), options);
    expect(first.finding?.bytes[0]).to.equal(0x7f);
    expect(first.finding?.because).to.include('an untyped error');
    const again = await attack(fragile, await fragile.seeds(), options);
    expect([again.runs, again.finding?.bytes]).to.deep.equal([first.runs, first.finding?.bytes]);
  });

  it('counts a contract that a parser broke as a finding', async () => {
    const { VmcorekitError } = await import('@vmcorekit/core');
    const careless: FuzzTarget = {
      ...fragile,
      run() {
        throw new VmcorekitError('contract', { what: 'a view crosses a page' });
      },
    };
    const { finding } = await attack(careless, await careless.seeds(), {
      seed: 1,
      runs: 1,
      until: Number.POSITIVE_INFINITY,
      runLimitInMilliseconds: Number.POSITIVE_INFINITY,
    });
    expect(finding?.because).to.include('a view crosses a page');
  });
});

describe('mutate', () => {
  it('changes inputs of every length, no input at all among them, within the limit', () => {
    const dice = diceOf(3);
    for (let length = 0; length < 40; length++) {
      const base = new Uint8Array(length).fill(1);
      const results = Array.from({ length: 50 }, () =>
        mutate(base, Uint8Array.of(9, 8, 7), dice, 32),
      );
      expect(results.every((bytes) => bytes.length <= 32)).to.equal(true);
      expect(
        results.some((bytes) => bytes.length !== length || bytes.some((byte) => byte !== 1)),
      ).to.equal(true);
      expect(base).to.deep.equal(new Uint8Array(length).fill(1));
    }
  });
});
