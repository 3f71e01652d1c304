import { expect } from 'chai';
import { writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

function translate(...args: readonly string[]): Promise<CliResult> {
  const path = writeFakeDump({ cpus: [2] });
  return runCli(['translate', '--cpu', '0', path, ...args], { toolkit: fakeToolkit });
}

describe('translate', () => {
  it('gives the physical address first, then the mapping, the page’s state and the walk', async () => {
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
      physicalAddress: '0x10',
      mappingSizeInBytes: 4096,
      isWritable: false,
      isExecutable: true,
      isUser: false,
      pageState: 'zero',
      byteState: 'zero',
      pageTableRoot: '0x2000',
      pagingLevels: 4,
      entries: [{ at: '0x1ff8', value: '0x2067' }],
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

  it('refuses what is no address', async () => {
    const { status, stderr } = await translate('ffffffff81000000');
    expect(status).to.equal(2);
    expect(stderr).to.include("VADDR: got 'ffffffff81000000'");
  });
});
