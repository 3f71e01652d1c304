import { expect } from 'chai';
import { linesOf, wordsKernel } from './words-kernel.ts';

describe('sys -c', () => {
  const { place, current } = wordsKernel();
  const table = place.take(64);
  place.put(table, place.code('sys_read'), 7n, place.code('sys_write'), 9n);
  place.symbols.sys_call_table = table;

  it('lists a table up to its last function, and an entry that leads to none', async () => {
    const lines = await linesOf({ kernel: place.kernel(), current }, ['sys', '-c']);
    expect(lines).to.deep.equal([
      'NUM  SYSTEM CALL',
      '  0  sys_read',
      "  1  7, no function's start",
      '  2  sys_write',
    ]);
  });

  it('says that no system call has a name or a number', async () => {
    for (const wanted of ['openat', '3']) {
      const lines = await linesOf({ kernel: place.kernel(), current }, ['sys', '-c', wanted]);
      expect(lines.at(-1)).to.equal(`no system call is ${wanted}`);
    }
  });

  it('fails where the dump does not hold the table', async () => {
    place.lose(table);
    const answer = linesOf({ kernel: place.kernel(), current }, ['sys', '-c']);
    expect(await answer.catch(({ code }) => code)).to.equal('page-unreadable');
  });
});

describe('a word of crash that takes no argument', () => {
  const { run } = wordsKernel();

  for (const line of [
    'log 5',
    'runq 0',
    'timer 1',
    'dev vda',
    'mach x',
    'mach -o',
    'mount /proc',
    'irq 4',
    'net lo',
    'net -a lo',
    'swap 1',
    'sys version',
    'sys -c read write',
    'tree -t rb pointers pointers',
    'waitq a b c',
    'kmem -i 10',
    'kmem -p pointers pointers',
    'kmem -g 8 9',
  ]) {
    it(`refuses one rather than ignore it: ${line}`, async () => {
      expect(await run(line).catch(({ code }) => code)).to.equal('usage');
    });
  }
});

describe('sym -l', () => {
  it('writes an address, a type and a name in each line, as crash does', async () => {
    const { run, digits } = wordsKernel();
    const lines = await run('sym -l');
    expect(lines).to.include(`${digits('linux_banner')} (T) linux_banner`);
    expect(lines.every((line) => /^[0-9a-f]+ \(\S\) \S+$/.test(line))).to.equal(true);
  });
});
