import { aliasRank } from '@vmcorekit/core';
import { expect } from 'chai';

describe('the rank of a symbol among those at one address', () => {
  /** The first of each names the address. */
  const groups: readonly (readonly (readonly [name: string, type: string | null])[])[] = [
    [
      ['startup_64', 'T'],
      ['_text', 'T'],
      ['__pfx_startup_64', 't'],
    ],
    [
      ['do_sys_open', 't'],
      ['__x64_sys_open', 'T'],
      ['__start___ex_table', 'R'],
      ['arch_default', 'W'],
    ],
    [
      ['sys_call_table', 'R'],
      ['_etext', 'T'],
      ['__start_rodata', 'R'],
    ],
    [
      ['init_thread_union', 'D'],
      ['__bss', null],
      ['__init_end', 'B'],
    ],
    // Too short for what a linker script writes, or not of its form.
    [
      ['__end', 'D'],
      ['___stop', 'D'],
      ['__x_start', 'D'],
    ],
  ];
  for (const group of groups) {
    it(`puts ${group.map(([name]) => name).join(' before ')}`, () => {
      const ranks = group.map(([name, type]) => aliasRank(name, type));
      expect(ranks).to.deep.equal([...new Set(ranks)].sort((a, b) => a - b));
    });
  }

  it('leaves global and local, and suffixes, in the order that they have', () => {
    expect(aliasRank('work', 'T')).to.equal(aliasRank('work', 't'));
    expect(aliasRank('work.cold', 't')).to.equal(aliasRank('work', 't'));
  });
});
