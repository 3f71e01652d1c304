import { expect } from 'chai';
import { usualKernel, writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';

function probe(...args: readonly string[]): Promise<CliResult> {
  return runCli(['probe', ...args], { toolkit: fakeToolkit });
}

const found = {
  schema: 1,
  release: '6.1.0-56-cloud-amd64',
  role: 'running',
  confidence: 'certain',
  kernels: 1,
  reason: null,
  physBase: -0x25600000,
  imageOffset: '0xffffffffa5600000',
  kaslrOffset: 0x27e00000,
  damage: [],
  error: null,
  architecture: 'x86_64',
};

const unread = {
  schema: 1,
  release: null,
  role: null,
  confidence: null,
  kernels: null,
  reason: null,
  physBase: null,
  imageOffset: null,
  kaslrOffset: null,
  damage: [],
  error: 'io',
  architecture: null,
};

describe('probe in rows for programs', () => {
  it('gives one flat object a line with --jsonl, for a dump that was not read too', async () => {
    const path = writeFakeDump({ kernels: [usualKernel] });
    const { status, json, stderr } = await probe('--jsonl', path, '/no/file');
    expect(status).to.equal(3);
    expect(stderr).to.equal('vmcorekit: /no/file: no such file\n');
    const [first, second] = json() as [typeof found, typeof unread];
    expect(second).to.deep.equal({ ...unread, file: '/no/file' });
    expect(first).to.deep.equal({ ...found, file: path });
  });

  it('says the same as --json of the keys that both have', async () => {
    const path = writeFakeDump({ kernels: [usualKernel] });
    const [row] = (await probe('--jsonl', path)).json() as [typeof found];
    const [whole] = (await probe('--json', path)).json() as [
      { kernel: Partial<typeof found>; confidence: string; reason: string | null; file: string },
    ];
    const { kernel, confidence, reason, file } = whole;
    const { release, role, physBase, kaslrOffset, imageOffset } = kernel;
    expect(row).to.deep.include({ file, confidence, reason });
    expect(row).to.deep.include({ release, role, physBase, kaslrOffset, imageOffset });
  });

  it('names all parts of a split dump with --jsonl', async () => {
    const parts = [0, 1].map(() => writeFakeDump({ set: 'a' }));
    const { json } = await probe('--jsonl', ...parts);
    expect(json()).to.have.lengthOf(1);
    expect(json()[0]).to.deep.include({ file: parts[0], files: parts });
  });

  it('gives the same rows with --csv, below a line of the names', async () => {
    const path = writeFakeDump({ kernels: [usualKernel] }, 'a, "b".vmcore');
    const lost = writeFakeDump({
      conditions: [
        { name: 'page-lost', loses: 'page', detail: '' },
        { name: 'incomplete', loses: 'page', detail: '' },
      ],
    });
    const { stdout } = await probe('--csv', path, lost, '/no/file');
    const [head, first, second, third] = stdout.split('\r\n');
    expect(head).to.equal(
      'file,release,role,confidence,kernels,reason,physBase,imageOffset,kaslrOffset,damage,error,architecture',
    );
    expect(first).to.match(
      /^".*a, ""b"".vmcore",6\.1\.0-56-cloud-amd64,running,certain,1,,-627048448,0x[0-9a-f]{16},668991488,,,x86_64$/,
    );
    expect(second).to.equal(`${lost},,,none,0,no-kernel,,,,page-lost incomplete,,x86_64`);
    expect(third).to.equal('/no/file,,,,,,,,,,io,');
  });

  for (const args of [
    ['--csv', '--json'],
    ['--jsonl', '--csv'],
    ['--table', '--csv'],
    ['--table', '--json'],
    ['--table', '--no-table'],
  ]) {
    it(`refuses ${args.join(' with ')}`, async () => {
      const { status, stderr } = await probe(...args, writeFakeDump({}));
      expect(status).to.equal(2);
      expect(stderr).to.match(/^vmcorekit: --\S+ cannot be used with --\S+: choose one\n$/);
    });
  }
});
