import { buildElf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { type FakeDumpFields, usualKernel, writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { writeKernelDump, writeSplitKernelDump } from '../support/kernel-dump.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

const dump: FakeDumpFields = { memory: { 8184: 'phys\x00\x1b[m mem' }, cpus: [2] };

function read(args: readonly string[], fields: FakeDumpFields = dump): Promise<CliResult> {
  const [address = '', length = '', ...options] = args;
  return runCli(['read', ...options, writeFakeDump(fields), address, length], {
    toolkit: fakeToolkit,
  });
}

describe('read', () => {
  it('shows physical memory as lines of sixteen bytes at aligned addresses', async () => {
    const { status, stdout } = await read(['0x1ffa', '12']);
    expect(status).to.equal(0);
    expect(stdout.split('\n')).to.deep.equal([
      '0000000000001ff0                                 79 73 00 1b 5b 6d  |          ys..[m|',
      '0000000000002000  20 6d 65 6d 00 00                                 | mem..          |',
      '',
    ]);
  });

  it('shows the readable bytes around an unreadable page, names it, and exits with 1', async () => {
    const { status, stdout } = await read(['0x2ff8', '0x1010']);
    const lines = stdout.trimEnd().split('\n');
    expect(status).to.equal(1);
    expect(lines).to.have.lengthOf(3);
    expect(lines[1]).to.equal(
      '0000000000003000  4096 bytes not readable: page 0x3 (physical address 0x3000) is excluded: the test made it so',
    );
    expect(lines[2]).to.match(/^0000000000004000 /);
  });

  it('reads an address of a process only where the process is named', async () => {
    const { path } = writeKernelDump();
    for (const args of [
      ['read', '--virtual', path, '0x401000', '8'],
      ['translate', path, '0x401000'],
    ]) {
      const { status, stderr } = await runCli(args);
      expect(stderr).to.match(/got 0x401000, an address of a process. Name the process with --pid/);
      expect(status).to.equal(2);
    }
  });

  it('refuses what lies beyond the end of memory at once, however far', async () => {
    const { status, stdout } = await read(['0x10000', '1TiB']);
    expect(stdout).to.match(
      /^0000000000010000 {2}1099511627776 bytes not readable: page 0x10 .* is absent: .*\n$/,
    );
    expect(status).to.equal(1);
  });

  it('refuses a length that reaches beyond the end of memory, and says which does not', async () => {
    const { status, stdout, stderr } = await read(['0xfff0', '999999999999']);
    expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
    expect(stderr).to.include(
      "wanted at most 16 bytes from 0xfff0: the dump's memory ends at 0x10000",
    );
    expect((await read(['0xfff0', '32', '--zero-fill'])).status).to.equal(0);
  });

  describe('of a page that a segment fills only in part', () => {
    const ragged = [
      { p_paddr: 0x9e000, data: new Uint8Array(0x1c00).fill(0x22) },
      { p_paddr: 0x100000, data: new Uint8Array(0x1000).fill(0x33) },
    ];
    const readRagged = (...options: string[]): Promise<CliResult> => {
      const path = writeTemporaryFile('ragged.elf', buildElf({ segments: ragged }).bytes);
      return runCli(['read', ...options, path, '0x9f000', '0x1000']);
    };

    it('shows the bytes that are held, and names the others', async () => {
      const { status, stdout } = await readRagged();
      const lines = stdout.trimEnd().split('\n');
      expect(status).to.equal(1);
      expect(lines).to.have.lengthOf(0xc00 / 16 + 1);
      expect(lines.at(-2)).to.match(/^000000000009fbf0 (?: +22){16}/);
      expect(lines.at(-1)).to.match(
        /^000000000009fc00 {2}1024 bytes not readable: page 0x9f .* is absent/,
      );
    });

    it('shows the bytes that follow a missing byte of the same page', async () => {
      const path = writeTemporaryFile(
        'begins.elf',
        buildElf({ segments: [{ p_paddr: 0x9f400, data: new Uint8Array(0xc00).fill(0x22) }] })
          .bytes,
      );
      const { status, stdout } = await runCli([
        'read',
        '--raw',
        '--zero-fill',
        path,
        '0x9f000',
        '0x1000',
      ]);
      expect([status, stdout]).to.deep.equal([0, `${'\0'.repeat(0x400)}${'"'.repeat(0xc00)}`]);
    });

    it('gives the raw bytes up to the first that is missing', async () => {
      const { status, stdout } = await readRagged('--raw');
      expect([status, stdout]).to.deep.equal([1, '"'.repeat(0xc00)]);
    });

    it('fills with zeros what is missing, and nothing else', async () => {
      const { status, stdout } = await readRagged('--raw', '--zero-fill');
      expect([status, stdout]).to.deep.equal([0, `${'"'.repeat(0xc00)}${'\0'.repeat(0x400)}`]);
    });
  });

  it('shows unmapped virtual memory as one hole, and skips what no table maps', async () => {
    const { path } = writeKernelDump();
    const { status, stdout } = await runCli(['read', path, '0xffff900000000000', '16TiB']);
    expect(stdout).to.match(
      /^ffff900000000000 {2}17592186044416 bytes not readable: virtual address 0xffff900000000000 is not mapped/,
    );
    expect(stdout.split('\n')).to.have.lengthOf(2);
    expect(status).to.equal(1);
  });

  it('reads at a symbol of the kernel, with an offset', async () => {
    const { path } = writeKernelDump();
    const { stdout } = await runCli(['read', '--json', path, 'linux_banner+6', '7']);
    const [{ space, segments }] = JSON.parse(`[${stdout}]`);
    expect([space, Buffer.from(segments[0].bytes, 'hex').toString('latin1')]).to.deep.equal([
      'virtual',
      'version',
    ]);
  });

  it('takes no symbol for physical memory, and no range that leaves memory', async () => {
    const { path } = writeKernelDump();
    const physical = await runCli(['read', '--physical', path, '_text', '4']);
    expect(physical.status).to.equal(2);
    expect(physical.stderr).to.include('--physical cannot be used with a symbol');
    expect((await runCli(['read', path, '_text', '0x80000000'])).stderr).to.include(
      'virtual memory ends at',
    );
  });

  it('reads a split dump out of its parts, in any order', async () => {
    const parts = writeSplitKernelDump();
    const whole = await runCli(['read', writeKernelDump().path, '0xffffffffa8e00000', '64']);
    const joined = await runCli(['read', ...parts.toReversed(), '0xffffffffa8e00000', '64']);
    expect(joined).to.deep.include({ status: 0, stdout: whole.stdout });
  });

  it('shows zeros in the place of what is missing only on request', async () => {
    const { status, stdout } = await read(['0x3000', '16', '--zero-fill']);
    expect(status).to.equal(0);
    expect(stdout).to.match(/^0000000000003000 {2}00 00 .*\|\.{16}\|\n$/);
  });

  it('gives the bytes themselves with --raw', async () => {
    const { status, stdout } = await read(['0x1ff8', '11', '--raw']);
    expect({ status, stdout }).to.deep.equal({ status: 0, stdout: 'phys\x00\x1b[m me' });
  });

  it('ends raw output at the first byte that cannot be read', async () => {
    const { status, stdout, stderr } = await read(['0x2ffe', '0x1004', '--raw']);
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '\0\0' });
    expect(stderr).to.include('page 0x3 (physical address 0x3000) is excluded');
  });

  it('takes a high address as virtual, through the page tables of the CPU asked for', async () => {
    const { status, stdout } = await read(['0xffffffff80001ff8', '4', '--cpu', '0']);
    expect(status).to.equal(0);
    expect(stdout).to.include('ffffffff80001ff0').and.include('|        phys    |');
  });

  it('says why a virtual address cannot be read where the dump holds no kernel', async () => {
    const { status, stdout, stderr } = await read(['0xffffffff80001ff8', '4']);
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '' });
    expect(stderr).to.match(/^vmcorekit: .*vmcore: no kernel was found in this memory\n$/);
  });

  it('says so where the kernel’s page tables are not known', async () => {
    const { status, stderr } = await read(['0xffffffff80001ff8', '4'], { kernels: [usualKernel] });
    expect(status).to.equal(1);
    expect(stderr).to.include('the page tables of the kernel are not known');
  });

  it('takes an address of a process as virtual, and says why it has no memory', async () => {
    const { path } = writeKernelDump();
    const { status, stdout, stderr } = await runCli(['read', '--pid', '1', path, '0x400000', '4']);
    expect({ status, stdout }).to.deep.equal({ status: 1, stdout: '' });
    expect(stderr).to.match(/do not describe struct task_struct; would help: give a vmlinux/);
  });

  it('answers in JSON with what was read and what was not', async () => {
    const { json, status } = await read(['0x2ffc', '0x1008', '--json']);
    expect(status).to.equal(1);
    const [{ file, ...answer }] = json() as [Record<string, unknown>];
    expect(file).to.match(/vmcore$/);
    expect(answer).to.deep.equal({
      schema: 1,
      space: 'physical',
      address: '0x2ffc',
      lengthInBytes: 0x1008,
      segments: [
        { address: '0x2ffc', lengthInBytes: 4, bytes: '00000000' },
        { address: '0x4000', lengthInBytes: 4, bytes: '00000000' },
      ],
      unreadable: [
        {
          address: '0x3000',
          lengthInBytes: 4096,
          code: 'page-unreadable',
          because: 'page 0x3 (physical address 0x3000) is excluded: the test made it so',
        },
      ],
    });
  });

  const mistakes: readonly (readonly [args: string[], message: string])[] = [
    [
      ['1here', '4'],
      "ADDRESS: got '1here', allowed is an address of at most 64 bits, like 0xffffffff81000000",
    ],
    [
      ['0', 'much'],
      "LENGTH: got 'much', allowed is a whole number of bytes, like 4096, 0x1000, 32 MiB or -0x200000",
    ],
    [['0', '0'], 'LENGTH: got 0, wanted at least 1 byte'],
    [['0', '4', '--virtual', '--physical'], '--virtual cannot be used with --physical'],
    [['0', '4', '--raw', '--json'], '--raw cannot be used with --json'],
    [
      ['0xffffffffffffffff', '2'],
      'virtual memory ends at 0x10000000000000000; the range goes beyond',
    ],
    [['0xfffffffffffff', '2'], 'physical memory ends at 0x10000000000000; the range goes beyond'],
    // An address of at most 64 bits was wanted.
    [['0', '4', '--virtual', '--cpu', '-1'], "--cpu: got '-1', wanted the number of a CPU, like 0"],
    [['0', '4', '--virtual', '--cpu', '7'], "--cpu: got 7, the dump's CPUs are 0 to 0"],
    [['0', '4', '--pid', 'init'], "--pid: got 'init', wanted the pid of a process, like 1"],
    [['0', '4', '--pid', '1', '--cpu', '0'], '--cpu cannot be used with --pid'],
  ];
  for (const [args, message] of mistakes) {
    it(`says what is wrong with ${args.join(' ')}`, async () => {
      const { status, stderr } = await read(args);
      expect(stderr).to.equal(`vmcorekit: ${message}\n`);
      expect(status).to.equal(2);
    });
  }

  it('shows the order if the dump comes last, as for rd of crash', async () => {
    const path = writeFakeDump({});
    const { status, stderr } = await runCli(['read', 'jiffies', '8', path]);
    expect({ status, stderr }).to.deep.equal({
      status: 2,
      stderr: `vmcorekit: DUMP comes first: vmcorekit read ${path} jiffies 8\n`,
    });
  });
});
