import type { Architecture, Disassembler } from '@vmcorekit/core';
import { expect } from 'chai';
import { Disassemblers } from '../../dist/toolkit/disassemblers.js';

function disassembler(name: string, prepared: string[]): Disassembler {
  return {
    name,
    summary: 'a test',
    architectures: ['x86_64'],
    prepare: async () => void prepared.push(name),
    disassemble: () => [],
  };
}

const dumpOf = (name: string) => ({ architecture: { name } as Architecture });

describe('the choice of a disassembler', () => {
  it('prefers the first that names the machine, and prepares it once', async () => {
    const prepared: string[] = [];
    const all = new Disassemblers([disassembler('a', prepared), disassembler('b', prepared)]);
    expect((await all.readyFor(dumpOf('x86_64')))?.name).to.equal('a');
    await all.readyFor(dumpOf('x86_64'));
    expect(prepared).to.deep.equal(['a']);
  });

  it('has none for another machine, and for a dump without one', async () => {
    const all = new Disassemblers([disassembler('a', [])]);
    expect(await all.readyFor(dumpOf('loongarch64'))).to.equal(null);
    expect(await all.readyFor({ architecture: null })).to.equal(null);
  });
});
