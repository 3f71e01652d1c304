import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { definePlugin } from '@vmcorekit/core';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { FileSource } from '@vmcorekit/node';
import { buildElf, buildKdump, prstatusNote, vmcoreinfoNote } from '@vmcorekit/testing';
import { expect } from 'chai';
import { defaultPlugins } from 'vmcorekit';
import { pageCount, writeKernelDump, writeSplitKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';

/** Bundled, because it starts in a third of the time. */
const bin = fileURLToPath(new URL('../../bin/vmcorekit.cjs', import.meta.url));

describe('convert', () => {
  const { path } = writeKernelDump();
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-convert-'));
  });
  afterEach(() => {
    for (const name of readdirSync(folder)) {
      rmSync(join(folder, name));
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const out = (name: string) => join(folder, name);

  async function isEqualTo(...paths: readonly [string, string]): Promise<unknown> {
    const [answer] = (await runCli(['compare', '--json', ...paths])).json() as [
      { readonly isEqual: boolean },
    ];
    return answer.isEqual;
  }

  for (const method of ['none', 'zlib', 'lzo', 'snappy', 'zstd']) {
    it(`writes KDUMP with compression ${method}, equal to its input`, async () => {
      const { status, json } = await runCli([
        'convert',
        '--json',
        '--compression',
        method,
        path,
        out('copy'),
      ]);
      expect(status).to.equal(0);
      expect(json()[0]).to.deep.include({ output: out('copy'), kind: 'kdump' });
      expect(json()[0]).to.have.nested.property('pages.stored').that.is.greaterThan(10);
      expect(await isEqualTo(path, out('copy'))).to.equal(true);
    });
  }

  it('writes the same file for any number of workers, and refuses what is no number', async () => {
    for (const count of ['1', '3']) {
      expect((await runCli(['convert', '--workers', count, path, out(count)])).status).to.equal(0);
    }
    expect(Buffer.compare(readFileSync(out('1')), readFileSync(out('3')))).to.equal(0);
    for (const count of ['0', 'many', '1.5', '1000']) {
      const { status, stderr } = await runCli(['convert', '--workers', count, path, out('none')]);
      expect(status).to.equal(2);
      expect(stderr).to.include('wanted a number from 1 to 16');
    }
  });

  it('goes through ELF and a flattened file and back, equal to its input', async () => {
    for (const [from, to] of [
      [path, out('a.elf')],
      [out('a.elf'), out('b.flat')],
      [out('b.flat'), out('c')],
    ] as const) {
      expect((await runCli(['convert', from, to])).status).to.equal(0);
    }
    const formats = await Promise.all(
      ['a.elf', 'b.flat', 'c'].map(
        async (name) => (await runCli(['info', '--json', out(name)])).json()[0],
      ),
    );
    expect(
      formats.map((answer) => [
        (answer as { format: string }).format,
        (answer as { container: string }).container,
      ]),
    ).to.deep.equal([
      ['elf', null],
      ['kdump', 'flattened'],
      ['kdump', null],
    ]);
    expect(await isEqualTo(path, out('c'))).to.equal(true);
  });

  it('joins a split dump', async () => {
    const [first = '', second = '', third = ''] = writeSplitKernelDump();
    expect((await runCli(['convert', third, first, second, out('joined')])).status).to.equal(0);
    expect(await isEqualTo(path, out('joined'))).to.equal(true);
  });

  for (const kind of ['kdump', 'flattened']) {
    it(`splits a dump into ${kind} parts, and joins them in any order`, async () => {
      const { status, json } = await runCli([
        'convert',
        '--json',
        '--split',
        '3',
        '--to',
        kind,
        path,
        out('part'),
      ]);
      expect(status).to.equal(0);
      const names = ['part.1', 'part.2', 'part.3'];
      const [{ parts, pages }] = json() as [
        { parts: { path: string; sizeInBytes: number }[]; pages: { stored: number } },
      ];
      expect(parts.map((part) => part.path)).to.deep.equal(names.map(out));
      expect(readdirSync(folder)).to.deep.equal(names);
      for (const part of parts) {
        expect(part.sizeInBytes).to.equal(statSync(part.path).size);
      }
      const joined = await runCli([
        'convert',
        '--json',
        out('part.2'),
        out('part.3'),
        out('part.1'),
        out('joined'),
      ]);
      expect(joined.json()[0]).to.have.nested.property('pages.stored', pages.stored);
      expect(await isEqualTo(path, out('joined'))).to.equal(true);
    });
  }

  it('exits with 1 if a part of a split dump is missing, and names the part', async () => {
    const whole = await runCli(['convert', '--json', '--split', '3', path, out('part')]);
    const [{ pages }] = whole.json() as [{ pages: { stored: number; zero: number } }];
    const { status, stderr, json } = await runCli([
      'convert',
      '--json',
      out('part.1'),
      out('lone'),
    ]);
    expect(stderr).to.match(
      /^vmcorekit: split-part-missing: no file given covers PFN \d+ to \d+ of the split dump; .*\n$/,
    );
    expect(status).to.equal(1);
    const [answer] = json() as [{ pages: Record<string, number>; conditions: { name: string }[] }];
    const { stored = 0, zero = 0, absent = 0 } = answer.pages;
    expect(answer.pages.unreadable).to.equal(0);
    expect(absent).to.be.greaterThan(0);
    expect(stored + zero + absent).to.equal(pages.stored + pages.zero);
    expect(answer.conditions.map(({ name }) => name)).to.deep.equal(['split-part-missing']);
    expect(await isEqualTo(out('part.1'), out('lone'))).to.equal(false);
    expect((await runCli(['convert', out('part.1'), out('lone.elf')])).stdout).to.match(
      new RegExp(`\\n +absent +${absent} pages that the input lists in its memory`),
    );
  });

  it('exits with 1 where notes of its input cannot be read, and names them', async () => {
    const bytes = readFileSync(path);
    const image = await createToolkit(defaultPlugins).open(new FileSource(path));
    bytes.writeBigUInt64LE(2n ** 40n, image.image.headerOffsets.get('offset_note'));
    image[Symbol.dispose]();
    writeFileSync(out('torn'), bytes);
    const { status, stderr } = await runCli(['convert', out('torn'), out('copy')]);
    expect(stderr).to.match(/^vmcorekit: note-unreadable: /);
    expect(status).to.equal(1);
  });

  it('writes no part of a split dump where one of them cannot be', async () => {
    writeFileSync(out('part.2'), 'old');
    const { status, stderr } = await runCli(['convert', '--split', '2', path, out('part')]);
    expect(status).to.equal(2);
    expect(stderr).to.include('part.2: already exists');
    expect(readdirSync(folder)).to.deep.equal(['part.2']);
  });

  it('takes a stream from standard input, and leaves no copy of it', async () => {
    const stream = spawnSync(process.execPath, [bin, 'convert', path, '-'], {
      maxBuffer: 2 ** 28,
    }).stdout;
    const { status, stderr } = spawnSync(process.execPath, [bin, 'convert', '-', out('copy')], {
      input: stream,
    });
    expect(status, stderr.toString()).to.equal(0);
    expect(readdirSync(folder)).to.deep.equal(['copy']);
    expect(await isEqualTo(path, out('copy'))).to.equal(true);
    const cut = spawnSync(process.execPath, [bin, 'convert', '-', out('cut')], {
      input: stream.subarray(0, 100),
    });
    expect(cut.status).to.equal(3);
    expect(cut.stderr.toString()).to.match(/^vmcorekit: -: flattened header at 0x0/);
    expect(readdirSync(folder)).to.deep.equal(['copy']);
  });

  it('refuses standard input twice, and from a terminal', async () => {
    const nothing = { [Symbol.asyncIterator]: () => [].values() as never };
    expect(
      (await runCli(['convert', '-', out('copy')], { stdin: { ...nothing, isTTY: true } })).stderr,
    ).to.include('standard input is a terminal, not a dump');
    const part = readFileSync(writeSplitKernelDump()[0] ?? '');
    const stdin = Readable.from([part]);
    expect((await runCli(['convert', '-', '-', out('copy')], { stdin })).stderr).to.include(
      'only one of the inputs',
    );
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('writes a flattened stream to standard output', async () => {
    const { status, stdout } = spawnSync(process.execPath, [bin, 'convert', path, '-'], {
      maxBuffer: 2 ** 28,
    });
    expect(status).to.equal(0);
    writeFileSync(out('stream'), stdout);
    expect(await isEqualTo(path, out('stream'))).to.equal(true);
  });

  it('replaces nothing without --force', async () => {
    writeFileSync(out('old'), 'old');
    const { status, stderr } = await runCli(['convert', path, out('old')]);
    expect(status).to.equal(2);
    expect(stderr).to.match(/old: already exists \(--force replaces it\)\n$/);
    expect(readFileSync(out('old'), 'utf8')).to.equal('old');
    expect((await runCli(['convert', '--force', path, out('old')])).status).to.equal(0);
    expect(await isEqualTo(path, out('old'))).to.equal(true);
  });

  it('never writes over its input, whatever it is called', async () => {
    copyFileSync(path, out('in'));
    const { status, stderr } = await runCli(['convert', '--force', out('in'), `${folder}/./in`]);
    expect(status).to.equal(2);
    expect(stderr).to.include('is one of the inputs');
  });

  it('leaves no file on Ctrl-C', async () => {
    const interruption = new AbortController();
    const interrupting = pluginToolkit('interrupting', () => {
      interruption.abort();
      return 'keep';
    });
    const { status } = await runCli(['convert', '--exclude', 'interrupting', path, out('copy')], {
      toolkit: interrupting,
      signal: interruption.signal,
    });
    expect(status).to.equal(130);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('leaves no file when the work fails in its middle', async () => {
    const failing = pluginToolkit('failing', () => {
      throw new Error('the filter broke');
    });
    const { status, stderr } = await runCli(
      ['convert', '--exclude', 'failing', path, out('copy')],
      { toolkit: failing },
    );
    expect(status).to.equal(2);
    expect(stderr).to.include("page filter 'failing' failed: Error: the filter broke");
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('leaves out what a page filter of a plug-in excludes, and compares it as unknown', async () => {
    const excluding = pluginToolkit('low', (pfn) => (pfn < 16 ? 'exclude' : 'keep'));
    const { json } = await runCli(['convert', '--json', '--exclude', 'low', path, out('copy')], {
      toolkit: excluding,
    });
    expect(json()[0]).to.have.nested.property('pages.excluded', 16);
    const compared = await runCli(['compare', '--json', path, out('copy')]);
    expect(compared.status).to.equal(1);
    expect(compared.json()[0]).to.deep.include({
      pages: { equal: pageCount - 16, different: 0, unknown: 16 },
    });
  });

  it('keeps zero pages equal where they are left out as zero', async () => {
    expect((await runCli(['convert', '--exclude', 'zero', path, out('copy.elf')])).status).to.equal(
      0,
    );
    expect(await isEqualTo(path, out('copy.elf'))).to.equal(true);
  });

  // "No format claims this file" was all that was said of it.
  it('says that a flattened stream was cut before its header came', async () => {
    const { stdout: stream } = spawnSync(process.execPath, [bin, 'convert', path, '-'], {
      maxBuffer: 2 ** 28,
    });
    writeFileSync(out('cut'), stream.subarray(0, stream.length / 2));
    const { status, stderr, json } = await runCli(['probe', '--json', out('cut')]);
    expect(status).to.equal(3);
    expect(stderr).to.match(
      /: no format claims this file .*: the flattened file ends inside the record at 0x[0-9a-f]+, without an end marker; /,
    );
    expect(stderr).to.include("the dump's header, which such a stream may hold last, is missing");
    expect(json()[0])
      .to.have.nested.property('error.because')
      .that.includes('without an end marker');
  });

  it('writes what can be read of a cut file, counts the rest, and exits with 1', async () => {
    copyFileSync(path, out('cut'));
    truncateSync(out('cut'), 60_000);
    const { status, stderr, json } = await runCli(['convert', '--json', out('cut'), out('copy')]);
    expect(status).to.equal(1);
    expect(stderr).to.match(/\d+ pages of the input cannot be read/);
    expect(json()[0]).to.have.nested.property('pages.unreadable').that.is.greaterThan(0);
  });

  it('exits with 1 where a KDUMP file ends within its bitmaps, and reports it', async () => {
    const pages = [1, 40_000].map((pfn) => ({ pfn, bytes: new Uint8Array(4096).fill(1) }));
    const { bytes, bitmapsAt } = buildKdump({ pages, fields: { machine: 'x86_64' } });
    writeFileSync(out('in'), bytes.subarray(0, bitmapsAt + 4096 + 2));
    const { status, stderr } = await runCli(['convert', out('in'), out('copy')]);
    expect(stderr).to.match(/^vmcorekit: bitmap-torn: .* within the bitmaps/);
    expect(status).to.equal(1);
  });

  it('exits with 1 where an ELF file ends within its notes, and reports it', async () => {
    const memory = { p_type: 1, p_paddr: 0x1000, data: new Uint8Array(4096).fill(3) };
    const { bytes, segmentOffsets } = buildElf({
      segments: [memory, { notes: [prstatusNote({ pr_pid: 1 })] }],
    });
    writeFileSync(out('in'), bytes.subarray(0, (segmentOffsets[1] ?? 0) + 20));
    const { status, stderr } = await runCli(['convert', out('in'), out('copy')]);
    expect(stderr).to.match(/^vmcorekit: file-truncated: note segment/);
    expect(status).to.equal(1);
  });

  it('keeps what a segment holds of a page: exactly in ELF, filled with zeros in KDUMP', async () => {
    const segments = [{ p_type: 1, p_paddr: 0x800, data: new Uint8Array(0xf001).fill(3) }];
    writeFileSync(out('in'), buildElf({ segments }).bytes);
    const { status, stderr, json } = await runCli(['convert', '--json', out('in'), out('copy')]);
    expect([status, stderr]).to.deep.equal([0, '']);
    expect(json()[0]).to.deep.include({
      pages: { stored: 16, zero: 0, excluded: 0, unreadable: 0, absent: 0, filled: 2 },
    });
    const held = await runCli(['read', '--json', out('copy'), '0', '0x10000']);
    const { segments: read } = held.json()[0] as { segments: readonly { bytes: string }[] };
    expect(read.map(({ bytes }) => bytes).join('')).to.equal(
      `${'00'.repeat(0x800)}${'03'.repeat(0xf001)}${'00'.repeat(0x7ff)}`,
    );
    const compared = await runCli(['compare', '--json', out('in'), out('copy')]);
    expect(compared.json()[0]).to.deep.include({
      isEqual: false,
      pages: { equal: 14, different: 0, unknown: 2 },
    });
    expect((await runCli(['convert', out('in'), out('copy.elf')])).status).to.equal(0);
    expect(await isEqualTo(out('in'), out('copy.elf'))).to.equal(true);
  });

  it('keeps the bytes of a filtered ELF file whose p_filesz ends within a page', async () => {
    const segments = [
      { notes: [vmcoreinfoNote('OSRELEASE=6.1\n')] },
      { p_type: 1, p_paddr: 0x1000, data: new Uint8Array(0x1800).fill(7), p_memsz: 0x3000 },
    ];
    writeFileSync(out('in'), buildElf({ segments }).bytes);
    for (const name of ['copy.elf', 'copy']) {
      const { status, json } = await runCli(['convert', '--json', out('in'), out(name)]);
      expect(status).to.equal(0);
      expect(json()[0]).to.deep.include({
        pages: {
          stored: 2,
          zero: 0,
          excluded: 1,
          unreadable: 0,
          absent: 0,
          filled: name === 'copy' ? 1 : 0,
        },
      });
      const { stdout } = await runCli(['read', '--raw', out(name), '0x1000', '0x1800']);
      expect(
        [...Buffer.from(stdout, 'latin1')].every((byte) => byte === 7) && stdout.length === 0x1800,
      ).to.equal(true);
    }
  });

  it('keeps what a cut file holds of its last page, and reports the rest as unreadable', async () => {
    const { bytes } = buildElf({
      segments: [{ p_type: 1, p_paddr: 0x1000, data: new Uint8Array(0x2000).fill(7) }],
    });
    writeFileSync(out('in'), bytes.subarray(0, -0x800));
    const { status, stderr, json } = await runCli([
      'convert',
      '--json',
      '--to',
      'elf',
      out('in'),
      out('copy'),
    ]);
    expect(status).to.equal(1);
    expect(stderr).to.include(
      '1 page of the input cannot be read completely; what cannot be read is not in the output',
    );
    expect(json()[0]).to.deep.include({
      pages: { stored: 2, zero: 0, excluded: 0, unreadable: 1, absent: 0, filled: 0 },
    });
    expect((await runCli(['read', '--raw', out('copy'), '0x1000', '0x1800'])).status).to.equal(0);
  });

  it('keeps a page size that only the dump states, in ELF and back', async () => {
    const pages = [0, 1, 3, 17].map((pfn) => ({ pfn, bytes: new Uint8Array(4096).fill(1 + pfn) }));
    writeFileSync(
      out('in'),
      buildKdump({ pages, byteOrder: 'big', fields: { machine: 'ppc64' } }).bytes,
    );
    expect((await runCli(['convert', out('in'), out('copy.elf')])).status).to.equal(0);
    const { json } = await runCli(['info', '--json', '--pages', out('copy.elf')]);
    expect(json()[0]).to.deep.include({ pageSizeInBytes: 4096, architecture: 'ppc64' });
    const { status, json: written } = await runCli([
      'convert',
      '--json',
      out('copy.elf'),
      out('back'),
    ]);
    expect(status).to.equal(0);
    expect(written()[0]).to.deep.include({
      pages: { stored: 4, zero: 0, excluded: 0, unreadable: 0, absent: 0, filled: 0 },
    });
    expect(await isEqualTo(out('in'), out('back'))).to.equal(true);
  });

  it('keeps pages that the second bitmap has and the first has not', async () => {
    const pages = [0, 1, 2].map((pfn) => ({ pfn, bytes: new Uint8Array(4096).fill(1 + pfn) }));
    const { bytes, bitmapsAt } = buildKdump({ pages, fields: { machine: 'x86_64' } });
    bytes[bitmapsAt] = 0b101;
    writeFileSync(out('in'), bytes);
    for (const name of ['copy.elf', 'copy']) {
      expect((await runCli(['convert', out('in'), out(name)])).status).to.equal(0);
      expect((await runCli(['read', '--raw', out(name), '0x1000', '4'])).stdout).to.equal(
        '\u0002\u0002\u0002\u0002',
      );
    }
  });

  const mistakes: readonly (readonly [readonly string[], string])[] = [
    [['--to', 'qcow2', 'out'], "--to: got 'qcow2', wanted one of "],
    [
      ['--to', 'elf', '-'],
      'cannot write elf to standard output: it needs to seek; use --to flattened',
    ],
    [['--json', '-'], '--json and the dump cannot both go to standard output'],
    [
      ['--page-size', '5000', 'out'],
      "--page-size: got '5000', wanted one of 4096, 8192, 16384, 32768, 65536, 131072, 262144",
    ],
    [['--split', '1', 'out'], "--split: got '1', wanted a number from 2 to 1000"],
    [
      ['--split', '2', '--to', 'elf', 'out'],
      '--split: an ELF file cannot be split; use --to kdump and write files',
    ],
    [['--split', '2', '-'], '--split: standard output cannot be split'],
    [
      ['--exclude', 'zeros', 'out'],
      "no page filter is called 'zeros' (there are zero, rom); did you mean 'zero'?",
    ],
    [['--compression', 'lz4', 'out'], "compression of a KDUMP file: got 'lz4'"],
    [
      ['/no/such/folder/out'],
      'the output cannot be written: /no/such/folder/out: there is no folder /no/such/folder',
    ],
  ];
  for (const [args, message] of mistakes) {
    it(`says what is wrong with: ${args.join(' ')}`, async () => {
      const given = args.map((arg) => (arg === 'out' ? out('out') : arg));
      const { status, stderr } = await runCli([
        'convert',
        ...given.slice(0, -1),
        path,
        given.at(-1) ?? '',
      ]);
      expect(stderr).to.include(message);
      expect(status).to.equal(2);
      expect(readdirSync(folder)).to.deep.equal([]);
    });
  }
});

/** The default plug-ins, and a page filter that does what the test says. */
function pluginToolkit(name: string, decide: (pfn: number) => 'keep' | 'exclude'): () => Toolkit {
  const filter = {
    name,
    summary: 'what a test says',
    begin: () => (page: { readonly pfn: number }) => decide(page.pfn),
  };
  return () =>
    createToolkit([...defaultPlugins, definePlugin({ name: 'test', pageFilters: [filter] })]);
}
