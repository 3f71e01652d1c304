import { expect } from 'chai';
import { writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { kaslrOffset, writeKernelDump } from '../support/kernel-dump.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

function translate(...args: readonly string[]): Promise<CliResult> {
  const path = writeFakeDump({ cpus: [2] });
  return runCli(['translate', '--cpu', '0', path, ...args], { toolkit: fakeToolkit });
}

describe('translate', () => {
  it('shows the physical address first, then mapping, state of the page and walk', async () => {
    const { status, stdout } = await translate('0xffffffff80003010');
    expect(status).to.equal(0);
    expect(stdout.split('\n')).to.deep.equal([
      '0xffffffff80003010 is at physical 0x3010',
      '  mapping      4 KiB page, kernel only, read-only, executable',
      '  in the dump  excluded',
      '  page tables  at 0x2000, 4 levels',
      '',
      'Walk',
      '  level  entry at   value',
      '      4    0x1ff8  0x2067',
      '',
    ]);
  });

  it('answers in JSON', async () => {
    const { json } = await translate('0xffffffff80000010', '--json');
    const [{ file, ...answer }] = json() as [Record<string, unknown>];
    expect(file).to.match(/vmcore$/);
    expect(answer).to.deep.equal({
      schema: 1,
      virtualAddress: '0xffffffff80000010',
      symbol: null,
      physicalAddress: '0x10',
      mappingSizeInBytes: 4096,
      isWritable: false,
      isExecutable: true,
      isUser: false,
      pageState: 'zero',
      byteState: 'zero',
      pageTableRoot: '0x2000',
      pagingLevels: 4,
      entries: [{ level: 4, index: 511, at: '0x1ff8', value: '0x2067', leadsTo: '0x2000' }],
    });
  });

  it('exits with 1 and says where the walk ended for an address that is not mapped', async () => {
    const { status, stderr, json } = await translate('0x1000', '--json');
    expect(status).to.equal(1);
    expect(stderr).to.match(
      /vmcore: virtual address 0x1000 is not mapped: the level 4 entry is not present \(entry at physical address 0x1ff8\)\n$/,
    );
    const [{ error }] = json() as [{ readonly error: Record<string, unknown> }];
    expect(error).to.include({ code: 'not-mapped', virtualAddress: '0x1000', entryAt: '0x1ff8' });
  });

  describe('of a kernel with symbols', () => {
    const { path, kernel } = writeKernelDump();
    const banner = kernel.symbols.get('linux_banner') ?? 0n;

    it('takes a name, with an offset too, and names what holds the address', async () => {
      const { status, stdout } = await runCli(['translate', path, 'linux_banner+0x10']);
      expect(status).to.equal(0);
      expect(stdout).to.include(`0x${(banner + 0x10n).toString(16)} is at physical`);
      expect(stdout).to.match(/^ {2}symbol +linux_banner\+0x10\/0x380$/m);
    });

    it('names what holds the address in JSON, and nothing outside the kernel', async () => {
      const symbolOf = async (address: string) => {
        const [answer] = (await runCli(['translate', path, address, '--json'])).json() as [
          Record<string, unknown>,
        ];
        return answer.symbol;
      };
      expect(await symbolOf(`0x${(banner + 1n).toString(16)}`)).to.deep.equal({
        name: 'linux_banner',
        offsetInBytes: 1,
        sizeInBytes: 0x380,
        module: null,
      });
      expect(await symbolOf('0xffff888000001000')).to.equal(null);
    });

    it('looks a name up in the kernel, and the address through the CPU asked for', async () => {
      const { stdout } = await runCli(['translate', '--cpu', '0', path, '_text']);
      expect(stdout).to.include(`0x${kernel.symbols.get('_text')?.toString(16)} is at physical`);
    });

    it('offers the name that was meant, with exit status 2', async () => {
      const { status, stderr } = await runCli(['translate', path, 'linux_baner']);
      expect(status).to.equal(2);
      expect(stderr).to.include(
        "no symbol of kallsyms is called 'linux_baner'; did you mean 'linux_banner'?",
      );
    });
  });

  describe('of a kernel without kallsyms', () => {
    const { path, kernel } = writeKernelDump({ kallsyms: null });
    const lines = [...kernel.symbols]
      .map(([name, address]) => ({ name, address: address - BigInt(kaslrOffset) }))
      .sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0))
      .map(({ name, address }) => `${address.toString(16).padStart(16, '0')} T ${name}\n`);
    const map = writeTemporaryFile('System.map', lines.join(''));

    it('says that symbols are missing, and what gives them', async () => {
      const { status, stderr } = await runCli(['translate', path, 'phys_base']);
      expect(status).to.equal(1);
      expect(stderr).to.match(/'phys_base' names no address; use --symbols FILE\n$/);
    });

    it('takes names of the file given, where KASLR moved them', async () => {
      const { stdout } = await runCli(['translate', '--symbols', map, path, 'phys_base+0x4']);
      expect(stdout).to.include(
        `0x${((kernel.symbols.get('phys_base') ?? 0n) + 4n).toString(16)} is at physical`,
      );
      expect(stdout).to.match(/^ {2}symbol +phys_base\+0x4/m);
    });
  });

  it('refuses what is no address', async () => {
    const { status, stderr } = await translate('ffffffff81000000');
    expect(status).to.equal(2);
    expect(stderr).to.include(
      "VADDR: got 'ffffffff81000000', allowed is an address with 0x: 0xffffffff81000000",
    );
  });

  it('shows the order if the dump comes last, as for vtop of crash', async () => {
    const { path } = writeKernelDump();
    const { status, stderr } = await runCli(['vtop', 'ffffffff81000000', path]);
    expect(status).to.equal(2);
    expect(stderr).to.equal(
      `vmcorekit: DUMP comes first: vmcorekit translate ${path} 0xffffffff81000000\n`,
    );
  });
});
