import type { IntrospectionCell } from '@vmcorekit/lab/introspection/introspect-guest';
import { isUnequal, showIntrospection } from '@vmcorekit/lab/introspection/introspection-matrix';
import { expect } from 'chai';

const facts = { date: '2026-01-02', versions: new Map([['vmcorekit', '1']]) };
const difference = { subject: 'task 7 "x"', field: 'ppid', truth: '1', answer: '2' };
const equal: IntrospectionCell = {
  guest: 'tasks-6.1',
  format: 'elf',
  command: 'ps',
  result: {
    output: { compared: 160, excluded: [{ subject: 's', proof: 'p' }], differences: [] },
  },
};
const unequal: IntrospectionCell = {
  ...equal,
  command: 'bt',
  result: {
    output: { compared: 9, excluded: [], differences: [difference, difference] },
  },
};
const failed: IntrospectionCell = { ...equal, command: 'mod', result: { failure: 'no command' } };
const nothing: IntrospectionCell = { ...equal, guest: 'no-btf', result: { output: null } };

describe('the introspection matrix', () => {
  it('counts what is equal, and subjects rather than fields that differ', () => {
    expect(showIntrospection([equal, unequal, failed], facts)).to.contain(
      '| tasks-6.1 | elf | 160 (1) | **8 of 9** |  |  | **no answer** |',
    );
  });

  it('lists each difference in both words', () => {
    const table = showIntrospection([unequal, failed], facts);
    expect(table).to.contain('- tasks-6.1, elf, bt: task 7 "x", ppid: `2`, but the guest says `1`');
    expect(table).to.contain('- tasks-6.1, elf, mod: no command');
  });

  it('counts what was left out by the kind of its proof', () => {
    const excluded = [1, 2].map((pid) => ({ subject: `task ${pid}`, proof: `it ran ${pid}.50 s` }));
    const output = { compared: 0, excluded, differences: [] };
    const cell: IntrospectionCell = { ...equal, result: { output } };
    expect(showIntrospection([cell, equal], facts)).to.contain(
      '| `ps` | it ran N s | 2 |\n| `ps` | p | 1 |',
    );
  });

  it('says so where everything is equal', () => {
    expect(showIntrospection([equal, nothing], facts)).to.contain(
      'Everything that was compared is equal.',
    );
  });

  it('holds no silence against a command where the kernel has no types', () => {
    expect([equal, unequal, failed, nothing].map(isUnequal)).to.deep.equal([
      false,
      true,
      true,
      false,
    ]);
  });
});
