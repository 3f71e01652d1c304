import { expect } from 'chai';
import { rejected } from './rejected.ts';
import { linesOf, wordsKernel } from './words-kernel.ts';

describe('rd', () => {
  const { run, digits } = wordsKernel();
  const banner = digits('linux_banner');

  it('counts words of 64 bits, with their characters', async () => {
    expect(await run('rd linux_banner 2')).to.deep.equal([
      `${banner}:  65762078756e694c 2e36206e6f697372   Linux version 6.`,
    ]);
  });

  it('takes an address as hexadecimal without 0x, and a count as decimal', async () => {
    const lines = await run(`rd ${banner} 10`);
    expect(lines.length).to.equal(5);
    expect(await run(`rd 0x${banner} 10`)).to.deep.equal(lines);
  });

  it('refuses a count of 0, which would show nothing', async () => {
    await rejected(run('rd linux_banner 0'), /a COUNT of 1 or more/);
    await rejected(run('rd -a linux_banner 0'), /a COUNT of 1 or more/);
  });

  it('takes -o as decimal, and with 0x as hexadecimal', async () => {
    const [line = ''] = await run('rd -8 -o 10 linux_banner 2');
    expect(line).to.match(/: {2}69 6f /);
    expect(await run('rd -8 -o 0xa linux_banner 2')).to.deep.equal([line]);
  });

  it('shows smaller words, and stops where -e says', async () => {
    expect(await run('rd -8 linux_banner 4')).to.deep.equal([
      `${banner}:  4c 69 6e 75                                       Linu`,
    ]);
    expect(await run('rd -16 linux_banner 2')).to.deep.equal([
      `${banner}:  694c 756e                                 Linu`,
    ]);
    expect(await run('rd -32 -x linux_banner 2')).to.deep.equal([`${banner}:  756e694c 65762078`]);
    const end = (BigInt(`0x${banner}`) + 8n).toString(16);
    expect((await run(`rd linux_banner -e ${end}`)).length).to.equal(1);
  });

  it('shows text up to the first byte that is none', async () => {
    expect(await run('rd -a linux_banner')).to.deep.equal([
      `${banner}:  Linux version 6.1 (a@b) #1 SMP`,
    ]);
  });

  it('shows symbols with -s, and decimal numbers with -d', async () => {
    const [one, two] = await run('rd -s pointers 4');
    expect(one).to.equal(`${digits('pointers')}:  schedule schedule+16`);
    expect(two).to.match(/: {2}0000000000000011 ffffffffffffffff$/);
    expect((await run('rd -d pointers 4'))[1]).to.match(/: +17 +-1$/);
    expect((await run('rd -D pointers 4'))[1]).to.match(/ 18446744073709551615$/);
  });

  it('shows symbols of a kernel of 32 bits with -s, and no small number as one', async () => {
    const { kernel, current } = wordsKernel();
    const words = new Uint8Array(new Uint32Array([0xc1000010, 0x11]).buffer);
    const symbol = { name: 'schedule', address: 0xc1000000n };
    const small = Object.create(kernel, {
      memory: { value: { wordSizeInBits: 32, byteOrder: 'little', read: () => words } },
      symbols: {
        value: {
          find: () => symbol,
          at: (value: bigint) =>
            value >= symbol.address ? symbol : { name: 'absolute', address: 0n },
        },
      },
    });
    expect(await linesOf({ kernel: small, current }, ['rd', '-s', 'schedule', '2'])).to.deep.equal([
      'c1000000:  schedule+16 00000011',
    ]);
  });

  it('reads the kernel where it shares addresses with programs, and a program after -u', async () => {
    const { kernel, current } = wordsKernel();
    const low = Object.assign(Object.create(kernel), {
      runs: [{ virtualAddress: 0x100000n, physicalAddress: 0, lengthInBytes: 0x1000 }],
      memory: {
        wordSizeInBits: 64,
        byteOrder: 'big',
        read: (_at: bigint, length: number) => new Uint8Array(length).fill(0x41),
      },
    });
    const lines = await linesOf({ kernel: low, current }, ['rd', '2a8000', '1']);
    expect(lines[0]).to.match(/^00000000002a8000: {2}4141414141414141 /);
    await rejected(linesOf({ kernel: low, current }, ['rd', '-u', '2a8000']), /user memory/);
    expect(await linesOf({ kernel: low, current }, ['vtop', '2a8000'])).to.deep.equal([
      '$ translate 0x2a8000',
    ]);
    expect(await linesOf({ kernel: low, current }, ['vtop', '-u', '2a8000'])).to.deep.equal([
      '$ translate --pid 10 0x2a8000',
    ]);
  });

  it('says what does not exist, and what to use', async () => {
    await rejected(run('rd -r /tmp/file linux_banner 8'), /--raw > FILE/);
    await rejected(run('rd no_such_symbol_q'), /no_such_symbol_q/);
    await rejected(run('rd -s -8 pointers'), /words of 64 bits/);
    await rejected(run('rd -u linux_banner'), /lower half/);
  });
});
