import { expect } from 'chai';
import { rejected } from './rejected.ts';
import { wordsKernel } from './words-kernel.ts';

describe('words of numbers', () => {
  const { run } = wordsKernel();

  it('eval shows a number in four systems, as crash does', async () => {
    expect(await run('eval 128m')).to.deep.equal([
      'hexadecimal: 8000000  (128MB)',
      '    decimal: 134217728',
      '      octal: 1000000000',
      `     binary: ${'1'.padEnd(28, '0').padStart(64, '0')}`,
    ]);
    expect((await run('eval (1 << 32)'))[0]).to.equal('hexadecimal: 100000000  (4GB)');
    expect((await run('eval 128 * 1m'))[0]).to.equal('hexadecimal: 8000000  (128MB)');
    expect((await run('eval ~0'))[1]).to.equal('    decimal: 18446744073709551615  (-1)');
  });

  it('eval -b names the bits that are set', async () => {
    expect((await run('eval -b 41dc065'))[4]).to.equal('   bits set: 26 20 19 18 16 15 14 6 5 2 0');
  });

  it('eval takes symbols, and refuses what has no value', async () => {
    expect((await run('eval schedule - schedule'))[1]).to.equal('    decimal: 0');
    await rejected(run('eval 1 / 0'), /divisor/);
    await rejected(run('eval'), /NUMBER/);
  });

  it('ascii shows the characters of a number, lowest byte first', async () => {
    expect(await run('ascii 62696c2f7273752f')).to.deep.equal(['62696c2f7273752f: /usr/lib']);
    expect(await run('ascii 0x0a41')).to.deep.equal(['0000000000000a41: A<LF>']);
  });

  it('eval refuses a number of more than 64 bits', async () => {
    await rejected(run('eval 0x1ffffffffffffffff'), /at most 64 bits/);
    await rejected(run('eval 18446744073709551616'), /at most 64 bits/);
    expect((await run('eval ffffffffffffffff'))[0]).to.equal('hexadecimal: ffffffffffffffff');
  });

  it('btop and ptob change between addresses and page numbers', async () => {
    expect(await run('btop 512a000')).to.deep.equal(['512a000: 512a']);
    expect(await run('ptob 512a')).to.deep.equal(['512a: 512a000']);
    expect(await run('ptob 10')).to.deep.equal(['a: a000']);
    await rejected(run('btop xyz'), /hexadecimal/);
  });

  it('pte names the flags of an entry', async () => {
    expect((await run('pte d8e067'))[1]).to.equal(
      'd8e067  d8e000  (PRESENT|RW|USER|ACCESSED|DIRTY)',
    );
    await rejected(run('pte 13f600'), /translate/);
  });
});
