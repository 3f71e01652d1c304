import { buildElf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { type FakeDumpFields, usualKernel, writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { writeCrashedDump } from '../support/kernel-dump.ts';
import { type CliResult, type CliWorld, runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

function probe(args: readonly string[], world: CliWorld = {}): Promise<CliResult> {
  return runCli(['probe', ...args], { toolkit: fakeToolkit, ...world });
}

const found: FakeDumpFields = { kernels: [usualKernel] };
const otherKernel = { ...usualKernel, physBase: 0x600000, kaslrOffset: 0 };
const ambiguous: FakeDumpFields = {
  kernels: [usualKernel, otherKernel].map((kernel) => ({ ...kernel, reachedByCpu: false })),
};

/** The cells of each row, without the head and the totals. */
function rowsOf(stdout: string): string[][] {
  const [, ...lines] = stdout.slice(0, stdout.indexOf('\n\n')).split('\n');
  return lines.map((line) => line.split(/ {2,}/));
}

describe('probe of many dumps', () => {
  it('is a table with a row for each from three dumps on', async () => {
    const paths = [found, {}, ambiguous].map((fields) => writeFakeDump(fields));
    const { status, stdout, stderr } = await probe(paths);
    expect({ status, stderr }).to.deep.equal({ status: 1, stderr: '' });
    expect(stdout).to.match(/^file +kernel +role +verdict +phys_base +KASLR +damage\n/);
    expect(rowsOf(stdout)).to.deep.equal([
      [paths[0], '6.1.0-56-cloud-amd64', 'running', 'certain', '-0x25600000', '0x27e00000', '–'],
      [paths[1], '–', '–', 'none', '–', '–', '–'],
      [paths[2], '–', '–', 'ambiguous (of 2)', '–', '–', '–'],
    ]);
    expect(stdout.endsWith('\n\n3 dumps: 1 certain, 1 ambiguous, 1 none\n')).to.equal(true);
  });

  it('is a report for each of two dumps, also where one is split into three files', async () => {
    const parts = [0, 1, 2].map(() => writeFakeDump({ ...found, set: 'a' }));
    const other = writeFakeDump({});
    const { stdout } = await probe([...parts, other]);
    expect(stdout)
      .to.match(/: certain\n(.*\n)*Evidence: \d+ agree/)
      .and.include(`\n\n${other}: none: `)
      .and.not.match(/^file +kernel/);
  });

  it('counts the parts of a split dump as one', async () => {
    const parts = [0, 1, 2].map(() => writeFakeDump({ ...found, set: 'a' }));
    const { stdout } = await probe([...parts, writeFakeDump({}), writeFakeDump({})]);
    expect(rowsOf(stdout).map(([file]) => file)[0]).to.equal(`${parts[0]} and 2 parts`);
    expect(stdout).to.include('\n3 dumps: ');
  });

  it('names the architecture of a dump whose kernel is not supported', async () => {
    const { bytes } = buildElf({
      segments: [{ p_paddr: 0x40000000, data: new Uint8Array(4096) }],
      fields: { e_machine: 43 },
    });
    const path = writeTemporaryFile('vmcore', bytes);
    const { stdout } = await runCli(['probe', '--table', path]);
    expect(rowsOf(stdout)).to.deep.equal([
      [path, '– (sparc64)', '–', 'unsupported', '–', '–', '–'],
    ]);
    const { json } = await runCli(['probe', '--jsonl', path]);
    expect(json()[0]).to.include({
      architecture: 'sparc64',
      confidence: 'none',
      reason: 'unsupported-architecture',
    });
  });

  it('says in the row why a dump was not read, and all of it on stderr', async () => {
    const truncated = writeFakeDump({ isTruncated: true });
    const { status, stdout, stderr } = await probe([writeFakeDump(found), '/no/file', truncated]);
    expect(status).to.equal(3);
    expect(rowsOf(stdout).slice(1)).to.deep.equal([
      ['/no/file', '–', '–', 'not read', '–', '–', 'no such file'],
      [truncated, '–', '–', 'not read', '–', '–', 'page descriptor cut off'],
    ]);
    expect(stdout).to.include('\n3 dumps: 1 certain, 2 not read\n');
    expect(stderr).to.equal(
      'vmcorekit: /no/file: no such file\n' +
        `vmcorekit: ${truncated}: page descriptor at 0x3a18: wanted 24 bytes, got 8\n`,
    );
  });

  it('names each kind of damage once', async () => {
    const lost = { name: 'page-lost', loses: 'page', detail: 'gone' } as const;
    const cut = { name: 'file-truncated', loses: 'page', detail: 'cut' } as const;
    const { stdout } = await probe(['--table', writeFakeDump({ conditions: [lost, lost, cut] })]);
    expect(rowsOf(stdout)[0]?.at(-1)).to.equal('page-lost, file-truncated');
  });

  it('is asked for with --table, and reports with --no-table, --verbose or --all', async () => {
    const paths = [found, {}, {}].map((fields) => writeFakeDump(fields));
    expect((await probe(['--table', paths[0] ?? ''])).stdout).to.match(/^file +kernel/);
    for (const option of ['--no-table', '--verbose', '--all']) {
      const { stdout } = await probe([option, ...paths]);
      expect(stdout, option)
        .to.match(/: (certain|ambiguous)\b.*\n(.*\n)*Evidence\b/)
        .and.not.match(/^file +kernel/);
    }
  });

  it('counts the crashed kernel and its capture kernel as two', async () => {
    const { stdout } = await runCli(['probe', '--table', writeCrashedDump()]);
    expect(rowsOf(stdout)[0]?.slice(1, 4)).to.deep.equal([
      '6.1.0-capture',
      'capture',
      'certain (of 2)',
    ]);
  });

  it('keeps every value of a row whole on a narrow terminal', async () => {
    const path = writeFakeDump(found);
    const { stdout } = await probe(['--table', '--no-color', path], { terminalColumns: 80 });
    const [, , file, row] = stdout.split('\n');
    expect(file).to.equal(path);
    expect(row).to.equal('  6.1.0-56-cloud-amd64  running  certain   -0x25600000  0x27e00000  –');
  });

  it('is one line a row in a pipe, however long', async () => {
    const path = writeFakeDump(found, `${'long-'.repeat(40)}name`);
    const { stdout } = await probe(['--table', path], { env: { COLUMNS: '80' } });
    expect(rowsOf(stdout)).to.have.lengthOf(1);
  });

  it('leaves what was printed when it is interrupted', async () => {
    const interrupted = new AbortController();
    const toolkit = () => {
      const whole = fakeToolkit();
      const locate = whole.locate.bind(whole);
      let count = 0;
      whole.locate = (dump, options) => {
        if (++count === 2) {
          interrupted.abort();
        }
        return locate(dump, options);
      };
      return whole;
    };
    const paths = [found, found, found].map((fields) => writeFakeDump(fields));
    const { status, stdout } = await probe(paths, { toolkit, signal: interrupted.signal });
    expect(status).to.equal(130);
    expect(stdout).to.match(/^file .*\n(.*certain.*\n){1,2}$/);
  });

  it('lets no text from a dump reach the terminal as it is', async () => {
    const hostile = '=\x1b]0;owned\x07\u202eevil';
    const path = writeFakeDump({
      kernels: [{ ...usualKernel, release: hostile }],
      conditions: [{ name: hostile, loses: 'nothing', detail: '' }],
    });
    for (const form of ['--table', '--jsonl', '--csv']) {
      const { stdout } = await probe([form, path]);
      expect(stdout, form).not.to.match(/(?![\r\n])[\p{Cc}\p{Cf}]/u);
      expect(stdout, form).to.include('owned');
    }
  });
});
