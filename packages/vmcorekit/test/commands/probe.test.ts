import { expect } from 'chai';
import { type FakeDumpFields, usualKernel, writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { type CliResult, type CliWorld, runCli } from '../support/run-cli.ts';
import { writeSystemMap } from '../support/system-map.ts';

function probe(args: readonly string[], world: CliWorld = {}): Promise<CliResult> {
  return runCli(['probe', ...args], { toolkit: fakeToolkit, ...world });
}

function probeDump(
  fields: FakeDumpFields,
  world: CliWorld = {},
  args: readonly string[] = [],
): Promise<CliResult> {
  return probe([...args, writeFakeDump(fields)], world);
}

/** Room for every row of a table in one line. */
const wide: CliWorld = { env: { COLUMNS: '400' } };
const otherKernel = { ...usualKernel, physBase: 0x600000, kaslrOffset: 0 };

describe('probe', () => {
  it('answers first, in at most sixteen lines', async () => {
    const path = writeFakeDump({ kernels: [usualKernel] });
    const { status, stdout, stderr } = await probe([path]);
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 4)).to.deep.equal([
      `${path}: certain`,
      '  phys_base     -0x25600000',
      '  KASLR offset  0x27e00000',
      '  kernel        6.1.0-56-cloud-amd64, running',
    ]);
    expect(lines[5]).to.match(/^Evidence: \d+ agree, 0 against \(--verbose for details\)$/);
    expect(lines[6]).to.match(/^ {2}(proof|strong) {3}\s*fake-\w+ +the test put it there for /);
    expect(lines.length).to.be.at.most(16);
  });

  it('says the answer in the first line of the whole report too', async () => {
    const path = writeFakeDump({ kernels: [usualKernel] });
    const { stdout } = await probe(['--verbose', path], wide);
    expect(stdout.split('\n')[0]).to.equal(
      `${path}: certain: phys_base is -0x25600000; the KASLR offset is 0x27e00000`,
    );
  });

  it('counts what speaks against the answer, and shows it', async () => {
    const hinted = { physBase: 0, foundBy: ['paging' as const], isWitnessed: false };
    const { stdout } = await probeDump({ kernels: [usualKernel, hinted] });
    expect(stdout).to.match(/\nEvidence: \d+ agree, 1 against /);
    expect(stdout).to.match(/\n {2}against {2}fake-walk +the test put it there for fake-walk\n/);
  });

  it('says why an answer is not certain, and what may prove it', async () => {
    const { stdout } = await probeDump({ kernels: [{ ...usualKernel, foundBy: ['paging'] }] });
    expect(stdout).to.match(/: probable\n/);
    expect(stdout).to.include(
      '\nNot certain: all evidence is of one kind; --symbols VMLINUX may prove it\n',
    );
  });

  it('shows the evidence as a table with --verbose, a row a line where there is room', async () => {
    const { stdout } = await probeDump({ kernels: [usualKernel] }, wide, ['--verbose']);
    const row =
      stdout.split('\n').find((line) => line.includes('the test put it there for fake-walk')) ?? '';
    expect(row.trim().split(/ {2,}/))
      .to.have.lengthOf(5)
      .and.include.members(['fake-walk', 'paging', 'strong']);
    expect(row).to.include('file 0x88 physical 0x1234000');
    expect(stdout).to.match(/by +kind +strength +claim +because\n/);
  });

  it('shows the command with the distribution’s vmlinux, and how to get the vmlinux', async () => {
    const path = writeFakeDump({ kernels: [usualKernel] });
    const { stdout } = await probe([path]);
    // crash knows no format of a plug-in, so a copy is made first. Which tool follows depends on
    // the machine here.
    expect(stdout).to.include(`\nNext\n  vmcorekit repair ${path} mended.kdump\n`);
    expect(stdout).to.match(
      /\n {2}(crash|drgn) .*\/usr\/lib\/debug\/boot\/vmlinux-6\.1\.0-56-cloud-amd64.*\n/,
    );
    expect(stdout).to.include('linux-image-6.1.0-56-cloud-amd64-dbg');
    expect(stdout).to.include('debuginfod-find debuginfo 3b43fad5034874490492495d552c0af6a5fab235');
  });

  it('says that symbols prove the KASLR offset where it is not proved', async () => {
    const { kaslrOffset: _, banner: __, ...unproved } = usualKernel;
    const { stdout } = await probeDump({ kernels: [unproved] });
    expect(stdout).to.match(/vmcorekit repair --symbols vmlinux \S+ mended.kdump/);
    expect(stdout).to.match(/KASLR offset +not proved \(--symbols VMLINUX proves it\)/);
  });

  it('exits with 1 and names the reason where there is no kernel', async () => {
    const { status, stdout } = await probeDump({});
    expect(status).to.equal(1);
    expect(stdout).to.match(/: none: no kernel was found in this memory\n/);
    expect(stdout).to.match(/\nNext\n {2}vmcorekit info \S+\n/);
    expect(stdout).not.to.match(/\n {2}(crash|drgn|vmcorekit (repair|convert)) /);
  });

  it('shows both kernels and chooses none where nothing selects', async () => {
    const kernels = [usualKernel, otherKernel].map((kernel) => ({
      ...kernel,
      reachedByCpu: false,
    }));
    const { status, stdout } = await probeDump({ kernels });
    expect(status).to.equal(1);
    expect(stdout).to.match(/: ambiguous:\s/);
    for (const report of [stdout, (await probeDump({ kernels }, {}, ['--verbose'])).stdout]) {
      const candidates = report.slice(report.indexOf('\nCandidates\n'));
      expect(candidates)
        .to.match(/-0x25600000.*certain/)
        .and.match(/ 0x600000.*certain/);
    }
  });

  it('gives the evidence of each kernel by itself, and a command for each', async () => {
    const { stdout } = await probeDump(
      { kernels: [usualKernel, { ...otherKernel, reachedByCpu: false }] },
      {},
      ['--verbose'],
    );
    expect(stdout)
      .to.match(/\nEvidence\n/)
      .and.match(/\nEvidence for phys_base 0x600000 \((stale|role not known), certain\)\n/);
    expect(stdout).to.match(
      /kernel at phys_base -0x25600000:\n {2}vmcorekit repair \S+ mended\.kdump\n/,
    );
    expect(stdout).to.match(
      /kernel at phys_base 0x600000:\n {2}vmcorekit probe --phys-base 0x600000 \S+\n.*\n {2}vmcorekit repair --phys-base 0x600000 /,
    );
  });

  it('has a line for every other kernel, with what agrees', async () => {
    const { stdout } = await probeDump({
      kernels: [usualKernel, { ...otherKernel, reachedByCpu: false }],
    });
    expect(stdout.replaceAll(/\s+/g, ' ')).to.match(
      / Other kernels phys_base 0x600000, .*(stale|unknown)?: certain, \d agree, \d against /,
    );
  });

  it('stays short where a dump holds many kernels, and counts the others', async () => {
    const kernels = Array.from({ length: 8 }, (_, index) => ({
      ...usualKernel,
      physBase: 0x600000 * (index + 1),
      reachedByCpu: false,
    }));
    const { stdout } = await probeDump({ kernels });
    expect(stdout.trimEnd().split('\n').length).to.be.at.most(30);
    expect(stdout).to.include('\n  4 more (--verbose)\n');
    expect(stdout).to.include('\n  commands for 6 more kernels: --verbose\n');
    const full = await probeDump({ kernels }, {}, ['--verbose']);
    expect(full.stdout).to.match(/\n {2}vmcorekit probe --phys-base 0x3000000 /);
    // Copies of several kernels had one name, so the second repair was refused.
    const copies = full.stdout
      .match(/vmcorekit repair .* (\S+)/g)
      ?.map((line) => line.split(' ').at(-1));
    expect(new Set(copies)).to.have.property('size', 8);
  });

  it('does not list among the kernels what nothing supports', async () => {
    const hinted = { physBase: 0, foundBy: ['paging' as const], isWitnessed: false };
    const fields = { kernels: [usualKernel, hinted] };
    expect((await probeDump(fields)).stdout).not.to.match(/\n(Candidates|Other kernels)\n/);
    expect((await probeDump(fields, {}, ['--verbose'])).stdout).to.match(
      /\nCandidates\n.*\n(.*\n)? {2}0x0 +– +unknown +none/,
    );
  });

  it('counts what was not run where no kernel was found, and names it with --verbose', async () => {
    const counted = await probeDump({});
    const full = await probeDump({ kernels: [usualKernel] }, {}, ['--verbose']);
    expect(counted.stdout).to.match(/\nNot run: \d+ heuristics? \(--verbose says why\)\n/);
    expect(full.stdout).to.match(
      /Not run\n {2}name +because\n {2}fake-symbols +no symbol file was given\n/,
    );
  });

  it('counts remarks beside the evidence of a certain answer', async () => {
    const { stdout } = await probeDump({ kernels: [usualKernel], remarks: ['one', 'two'] });
    expect(stdout).to.match(/: certain\n/);
    expect(stdout).to.match(/\nEvidence: \d agree, 0 against, 2 remarks \(--verbose/);
  });

  it('shows origin on both axes, damage and remarks', async () => {
    const fields: FakeDumpFields = {
      capturedBy: 'qemu',
      writtenBy: 'makedumpfile',
      conditions: [
        {
          name: 'file-truncated',
          loses: 'page',
          detail: 'the file ends at 0x1000',
          fileOffset: 0x1000,
        },
      ],
      remarks: ['looked in vain'],
    };
    const short = await probeDump(fields);
    expect(short.stdout).to.match(/dump +.*captured by qemu, written by makedumpfile\n/);
    expect(short.stdout).to.include(
      '\nDamage: 1 file-truncated: pages are lost (`vmcorekit verify` counts all)\n',
    );
    expect(short.stdout).to.match(/\nRemarks\n {2}fake-signs: looked in vain\n/);
    const { stdout } = await probeDump(fields, {}, ['--verbose']);
    expect(stdout)
      .to.match(/captured by +qemu/)
      .and.match(/written by +makedumpfile/);
    expect(stdout).to.match(/Damage\n.*\n {2}file-truncated +the file ends at 0x1000\n/);
    expect(stdout).to.match(/fake-signs +looked in vain/);
  });

  it('shows in its own words what is lost if it finds no kernel', async () => {
    const lost = { name: 'range-zero-tail', loses: 'page', detail: 'zero from 0x1000' } as const;
    const conditions = [
      lost,
      { ...lost, detail: 'zero from 0x9000' },
      { name: 'bitmaps-disagree', loses: 'nothing', detail: 'pages that do not exist' } as const,
    ];
    const { stdout } = await probeDump({ conditions });
    expect(stdout).to.match(
      /\nDamage: 2 range-zero-tail, 1 bitmaps-disagree: pages are lost .*\n {2}zero from 0x1000\nNext\n/,
    );
    expect((await probeDump({ kernels: [usualKernel], conditions })).stdout).to.not.include(
      'zero from',
    );
  });

  it('lets no text from a dump reach the terminal as it is', async () => {
    const hostile = '\x1b]0;owned\x07\u202eevil\x9b31m';
    const fields: FakeDumpFields = {
      kernels: [
        { ...usualKernel, release: hostile, banner: `Linux version ${hostile}`, buildId: '00ff' },
      ],
      capturedBy: hostile,
      conditions: [{ name: 'torn', loses: 'nothing', detail: hostile }],
      remarks: [hostile],
    };
    for (const args of [[], ['--json'], ['--verbose']]) {
      const { stdout, stderr } = await probeDump(fields, {}, args);
      expect(stdout + stderr, args.join()).not.to.match(/(?!\n)[\p{Cc}\p{Cf}]/u);
      expect(stdout).to.include('owned');
    }
  });

  it('quotes a file name so that the command may be pasted', async () => {
    const path = writeFakeDump({ kernels: [usualKernel] }, "it's; a $(dump)\n");
    const { stdout } = await probe([path]);
    expect(stdout).to.match(
      /vmcorekit repair \$'[^']*it\\x27s; a \$\(dump\)\\x0a' mended\.kdump\n/,
    );
  });

  describe('on a terminal', () => {
    const terminal = { terminalColumns: 80 };

    it('colours, unless NO_COLOR, --no-color or a dumb terminal forbids it', async () => {
      const path = writeFakeDump({ kernels: [usualKernel] });
      const coloured = await probe([path], terminal);
      expect(coloured.stdout).to.include('\x1b[32mcertain');
      for (const result of [
        await probe([path], { ...terminal, env: { NO_COLOR: '1' } }),
        await probe([path], { ...terminal, env: { TERM: 'dumb' } }),
        await probe(['--no-color', path], terminal),
        await probe([path]),
      ]) {
        expect(result.stdout).not.to.include('\x1b');
      }
    });

    it('keeps tables within its width', async () => {
      const kernels = [usualKernel, otherKernel];
      const { stdout } = await probeDump(
        { kernels, remarks: ['a long remark '.repeat(20)] },
        terminal,
        ['--no-color', '--verbose'],
      );
      const body = stdout.slice(stdout.indexOf('\nEvidence'), stdout.indexOf('\nNext'));
      const candidates = body.slice(body.indexOf('\nCandidates'), body.indexOf('\nOrigin'));
      const widest = Math.max(
        ...body
          .replace(candidates, '')
          .split('\n')
          .map((line) => line.length),
      );
      expect(widest).to.be.at.most(80);
    });

    it('shows no progress for work that is done at once', async () => {
      expect((await probeDump({ kernels: [usualKernel] }, terminal)).stderr).to.equal('');
    });
  });

  describe('with several dumps', () => {
    it('answers each in the order given, and goes on after one that is none', async () => {
      const good = writeFakeDump({ kernels: [usualKernel] });
      const truncated = writeFakeDump({ isTruncated: true });
      const empty = writeFakeDump({});
      const { status, json, stderr } = await probe([
        '--json',
        good,
        '/no/such/file',
        truncated,
        empty,
      ]);
      const answers = json() as { file: string; confidence?: string; error?: { code: string } }[];
      expect(status).to.equal(3);
      expect(
        answers.map(({ file, confidence, error }) => [file, confidence ?? error?.code]),
      ).to.deep.equal([
        [good, 'certain'],
        ['/no/such/file', 'io'],
        [truncated, 'truncated'],
        [empty, 'none'],
      ]);
      expect(stderr).to.equal(
        'vmcorekit: /no/such/file: no such file\n' +
          `vmcorekit: ${truncated}: page descriptor at 0x3a18: wanted 24 bytes, got 8\n`,
      );
    });

    it('carries the facts of an error, addresses as hexadecimal strings', async () => {
      const path = writeFakeDump({ isTruncated: true });
      const { json } = await probe(['--json', path]);
      expect(json()).to.deep.equal([
        {
          schema: 1,
          file: path,
          error: {
            code: 'truncated',
            message: 'page descriptor at 0x3a18: wanted 24 bytes, got 8',
            structure: 'page descriptor',
            fileOffset: 0x3a18,
            wanted: 24,
            got: 8,
          },
        },
      ]);
    });

    it('joins the parts of split dumps, wherever among the others they stand', async () => {
      const [a1, b1, single, a2, b2] = [
        writeFakeDump({ set: 'a', kernels: [usualKernel] }),
        writeFakeDump({ set: 'b' }),
        writeFakeDump({}),
        writeFakeDump({ set: 'a' }),
        writeFakeDump({ set: 'b' }),
      ];
      const { status, json } = await probe(['--json', a1, b1, single, a2, b2]);
      expect(status).to.equal(1);
      const answers = json() as { file: string; files?: string[] }[];
      expect(answers.map(({ file, files }) => ({ file, files }))).to.deep.equal([
        { file: a1, files: [a1, a2] },
        { file: b1, files: [b1, b2] },
        { file: single, files: undefined },
      ]);
    });
  });

  describe('options', () => {
    it('runs only what is asked for', async () => {
      const path = writeFakeDump({ kernels: [usualKernel] });
      const { json, status } = await probe(['--json', '--only', 'fake-walk', path]);
      const [answer] = json() as { confidence: string; notRun: { name: string }[] }[];
      expect(status).to.equal(0);
      expect(answer?.confidence).to.equal('probable');
      expect(answer?.notRun.map(({ name }) => name)).to.deep.equal([
        'fake-signs',
        'fake-note',
        'fake-symbols',
      ]);
    });

    it('leaves out what is to be skipped', async () => {
      const path = writeFakeDump({ kernels: [usualKernel] });
      const { json } = await probe(['--json', '--all', '--skip', 'fake-walk,fake-signs', path]);
      const [answer] = json() as { notRun: { name: string; because: string }[] }[];
      expect(answer?.notRun).to.deep.include({ name: 'fake-walk', because: 'skipped as asked' });
    });

    it('shows the answer, and exits with 2, where no symbol file given is of the kernel', async () => {
      const { path, kernel } = writeKernelDump();
      const map = (moved: bigint) => writeSystemMap(kernel.symbols, moved);
      const wrong = await runCli(['probe', '--json', '--symbols', map(64n), path]);
      expect(wrong.status).to.equal(2);
      expect(wrong.stderr).to.match(
        /^vmcorekit: .*System\.map: these symbols are not this kernel's: .*\n$/,
      );
      const [answer] = wrong.json() as [
        { confidence: string; refusedSymbols: readonly { file: string }[] },
      ];
      expect(answer.confidence).to.equal('certain');
      expect(answer.refusedSymbols.map(({ file }) => file)).to.have.lengthOf(1);
      const right = await runCli(['probe', '--symbols', map(64n), '--symbols', map(0n), path]);
      expect(right).to.deep.include({ status: 0, stderr: '' });
    });

    it('goes no further with a symbol file of another kernel in other commands', async () => {
      const { path, kernel } = writeKernelDump();
      const map = writeSystemMap(kernel.symbols, 64n);
      for (const words of [
        ['translate', path, '0xffffffffa8e00000'],
        ['read', path, '0xffffffffa8e00000', '16'],
        ['analyze', 'memory-map', path],
      ]) {
        const { status, stdout, stderr } = await runCli([...words, '--symbols', map]);
        expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
        expect(stderr).to.include("these symbols are not this kernel's");
      }
    });

    it('reports what the user said as `told`, and verifies it', async () => {
      const path = writeFakeDump({ kernels: [{ ...usualKernel, foundBy: ['paging'] }] });
      const args = ['--json', '--phys-base', '-0x25600000', '--kaslr-offset', '0x27e00000', path];
      const [answer] = (await probe(args)).json() as {
        evidence: { heuristic: string; claim: unknown }[];
      }[];
      expect(answer?.evidence[0]).to.deep.include({
        heuristic: 'told',
        claim: {
          imageOffset: '0xffffffffa5600000',
          physBase: -0x25600000,
          kaslrOffset: 0x27e00000,
        },
      });
    });

    const mistakes: readonly (readonly [args: string[], message: string])[] = [
      [
        ['--only', 'fake-wlk', '/x'],
        "no heuristic is called 'fake-wlk' (there are fake-signs, fake-walk, fake-note, fake-symbols); did you mean 'fake-walk'?",
      ],
      [
        ['--option', 'fake-walk', '/x'],
        "--option: got 'fake-walk', wanted HEURISTIC.NAME=VALUE, like step-scan.to=32MiB",
      ],
      [
        ['--option', 'fake-walk.stp=1', '/x'],
        "no option of fake-walk is called 'stp' (there are to, step); did you mean 'step'?",
      ],
      [
        ['--option', 'fake-walk.to=far', '/x'],
        "fake-walk.to: got 'far', allowed is a whole number of bytes, like 4096, 0x1000, 32 MiB or -0x200000",
      ],
      [['--option', 'fake-walk.step=0', '/x'], "fake-walk.step: got '0', allowed is a size from 1"],
      [
        ['--kaslr-offset', '0', '/x'],
        '--kaslr-offset requires --phys-base: only both together say where a kernel lies',
      ],
      [['--symbols', '/no/such/file', '/x'], '--symbols: /no/such/file: no such file'],
    ];
    for (const [args, message] of mistakes) {
      it(`says what is wrong with ${args.slice(0, 2).join(' ')} before it opens a dump`, async () => {
        const { status, stderr } = await probe(args);
        expect({ status, stderr }).to.deep.equal({ status: 2, stderr: `vmcorekit: ${message}\n` });
      });
    }
  });
});
