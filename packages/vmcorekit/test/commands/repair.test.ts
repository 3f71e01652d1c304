import fs, {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BufferSink } from '@vmcorekit/core';
import { FlattenedSink } from '@vmcorekit/format-kdump';
import { expect } from 'chai';
import { readFixtures } from '../support/fixture.ts';
import {
  kaslrOffset,
  pageCount,
  physBase,
  writeKernelDump,
  writeNarrowKernelDump,
} from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';

interface Info {
  readonly header: Record<string, string | number>;
  readonly notes: readonly { readonly name: string }[];
  readonly vmcoreinfo: { readonly text: string } | null;
  readonly origin: { readonly capturedBy: string; readonly writtenBy: string };
}

/** The first bytes of a file, which may be large. */
function headOf(file: string, length: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const head = Buffer.alloc(length);
    readSync(descriptor, head);
    return head.toString('latin1');
  } finally {
    closeSync(descriptor);
  }
}

/** A flattened file as another program writes it. */
function buildFlattened(
  records: readonly { readonly offset: number; readonly bytes: Uint8Array }[],
): Buffer {
  const sink = new BufferSink();
  const flattened = new FlattenedSink(sink);
  for (const { offset, bytes } of records) {
    flattened.writeAt(offset, bytes);
  }
  flattened.finish();
  return Buffer.from(sink.bytes);
}

describe('repair', () => {
  const { path, kernel } = writeKernelDump();
  const ofSeaBios =
    readFixtures()
      .find(({ name }) => name === 'la57')
      ?.pathOf('dump.kdump') ?? '';
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-repair-'));
  });
  afterEach(() => {
    for (const name of readdirSync(folder)) {
      rmSync(join(folder, name));
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const out = (name: string) => join(folder, name);

  async function infoOf(file: string): Promise<Info> {
    return (await runCli(['info', '--json', file])).json()[0] as Info;
  }

  async function expectMended(file: string): Promise<void> {
    const { header, notes, vmcoreinfo, origin } = await infoOf(file);
    expect(BigInt.asIntN(64, BigInt(header.phys_base ?? 0))).to.equal(BigInt(physBase));
    expect(header).to.include({
      sysname: 'Linux',
      release: '6.9.1-test',
      version: '#1 SMP 6.9.1-test',
      machine: 'x86_64',
    });
    expect(notes.map(({ name }) => name)).to.deep.equal(['CORE', 'QEMU', 'VMCOREINFO']);
    expect(Number(header.offset_note)).to.be.lessThan(Number(header.offset_vmcoreinfo));
    expect(vmcoreinfo?.text).to.equal(kernel.vmcoreInfo);
    expect(origin).to.include({ capturedBy: 'qemu', writtenBy: 'vmcorekit' });
  }

  async function expectSameMemory(file: string): Promise<void> {
    const [answer] = (await runCli(['compare', '--json', path, file])).json() as [
      { readonly pages: object },
    ];
    expect(answer.pages).to.deep.equal({ equal: pageCount, different: 0, unknown: 0 });
  }

  it('writes what QEMU should have, and leaves memory and the input as they are', async () => {
    const before = readFileSync(path);
    const { status, json } = await runCli(['repair', '--json', path, out('mended')]);
    expect(status).to.equal(0);
    expect(json()[0]).to.deep.include({
      confidence: 'certain',
      physBase,
      kaslrOffset,
      kind: 'kdump',
      dryRun: false,
    });
    expect(json()[0]).to.have.nested.property('vmcoreinfo.from', 'memory');
    await expectMended(out('mended'));
    await expectSameMemory(out('mended'));
    expect(readFileSync(path).equals(before)).to.equal(true);
  });

  it('gives an ELF dump VMCOREINFO, and says where the image is mapped', async () => {
    await runCli(['convert', path, out('plain.elf')]);
    expect((await runCli(['repair', out('plain.elf'), out('mended')])).status).to.equal(0);
    const info = await infoOf(out('mended'));
    expect(info.vmcoreinfo?.text).to.equal(kernel.vmcoreInfo);
    expect(info.header).to.include({ e_ehsize: 64 });
    await expectSameMemory(out('mended'));
  });

  for (const [what, args] of [
    ['plain', []],
    ['flattened', ['--to', 'flattened']],
  ] as const) {
    it(`changes a ${what} file in place, and puts bytes and length back`, async () => {
      await runCli(['convert', ...args, path, out('dump')]);
      const before = readFileSync(out('dump'));
      const { status, stdout } = await runCli([
        'repair',
        '--in-place',
        '--undo',
        out('undo'),
        out('dump'),
      ]);
      expect(status).to.equal(0);
      expect(stdout)
        .to.include('changed in place')
        .and.match(/phys_base +-0x25600000\n/);
      await expectMended(out('dump'));
      await expectSameMemory(out('dump'));
      expect((await runCli(['repair', '--undo', out('undo')])).status).to.equal(0);
      expect(readFileSync(out('dump')).equals(before)).to.equal(true);
    });
  }

  for (const [what, args] of [
    ['plain', []],
    ['flattened', ['--to', 'flattened']],
  ] as const) {
    it(`takes the firmware's ROM out of a ${what} file in place, and puts it back`, async () => {
      await runCli(['convert', ...args, ofSeaBios, out('dump')]);
      const before = readFileSync(out('dump'));
      const hint =
        "makedumpfile filters this file only without the firmware's ROM: repair it with --exclude rom";
      expect((await runCli(['repair', '--in-place', '--dry-run', out('dump')])).stdout).to.include(
        hint,
      );
      expect((await runCli(['repair', out('dump'), out('mended')])).stdout).to.include(hint);
      const { status, stdout } = await runCli([
        ...['repair', '--in-place', '--exclude', 'rom', '--undo', out('undo'), out('dump')],
      ]);
      expect(status).to.equal(0);
      expect(stdout).not.to.include(hint);
      const [answer] = (await runCli(['info', '--json', out('dump')])).json() as [
        {
          readonly memory: { readonly ranges: readonly unknown[] };
          readonly conditions: readonly unknown[];
        },
      ];
      expect(answer.memory.ranges).to.deep.equal([{ start: '0x0', end: '0x10000000' }]);
      expect(answer.conditions).to.deep.equal([]);
      const [compared] = (await runCli(['compare', '--json', ofSeaBios, out('dump')])).json() as [
        { readonly pages: { readonly different: number } },
      ];
      expect(compared.pages.different).to.equal(0);
      expect((await runCli(['repair', '--undo', out('undo')])).status).to.equal(0);
      expect(readFileSync(out('dump')).equals(before)).to.equal(true);
    });
  }

  it('shows the exact bytes with --dry-run, and changes nothing', async () => {
    copyFileSync(path, out('dump'));
    const before = readFileSync(out('dump'));
    const dry = await runCli([
      'repair',
      '--json',
      '--in-place',
      '--dry-run',
      '--undo',
      out('undo'),
      out('dump'),
    ]);
    expect(readFileSync(out('dump')).equals(before)).to.equal(true);
    expect(readdirSync(folder)).to.deep.equal(['dump']);
    const [{ changes }] = dry.json() as [
      {
        readonly changes: readonly {
          fileOffset: number;
          what: string;
          before: string;
          after: string;
        }[];
      },
    ];
    await runCli(['repair', '--in-place', out('dump')]);
    const changed = readFileSync(out('dump'));
    const expected = Buffer.alloc(statSync(out('dump')).size);
    before.copy(expected);
    for (const { fileOffset, after } of changes) {
      Buffer.from(after, 'hex').copy(expected, fileOffset);
    }
    expect(changed.equals(expected)).to.equal(true);
    expect(changes.find(({ what }) => what === 'phys_base')).to.deep.include({
      before: '0000000000000000',
      after: '0000a0daffffffff',
    });
  });

  // Each time the file grew by the same notes.
  for (const [what, args] of [
    ['plain', []],
    ['flattened', ['--to', 'flattened']],
  ] as const) {
    it(`changes nothing in a ${what} file that is already repaired`, async () => {
      await runCli(['convert', ...args, path, out('dump')]);
      await runCli(['repair', '--in-place', out('dump')]);
      await runCli(['repair', ...args, path, out('new')]);
      for (const file of [out('dump'), out('new')]) {
        const before = readFileSync(file);
        for (const dry of [[], ['--dry-run']]) {
          const again = ['repair', '--in-place', '--undo', out('undo'), ...dry, file];
          const { status, stdout } = await runCli(again);
          expect(status).to.equal(0);
          expect(stdout)
            .to.include('already repaired; nothing to change')
            .and.not.include('Changes');
          const { json } = await runCli([...again, '--json']);
          expect(json()[0]).to.deep.include({ changes: [], undo: null, physBase });
        }
        expect(readFileSync(file).equals(before)).to.equal(true);
        expect(readdirSync(folder)).not.to.include('undo');
      }
    });
  }

  it('keeps the undo file where a disk failed between, and says that it is needed', async () => {
    copyFileSync(path, out('dump'));
    const before = readFileSync(out('dump'));
    const { writeSync: write } = fs;
    let writes = 0;
    // The first write to the dump succeeds, and none after it.
    fs.writeSync = ((descriptor: number, ...rest: [Uint8Array, number, number, number]) => {
      writes += fs.fstatSync(descriptor).ino === statSync(out('dump')).ino ? 1 : 0;
      if (writes > 1) {
        throw Object.assign(new Error('EIO'), { code: 'EIO' });
      }
      return write(descriptor, ...rest);
    }) as typeof write;
    syncBuiltinESMExports();
    try {
      const { status, stderr } = await runCli([
        'repair',
        '--in-place',
        '--undo',
        out('undo'),
        out('dump'),
      ]);
      expect(status).to.equal(2);
      expect(stderr).to.include(
        'dump: input/output error; it may be changed in part, for what was there could not be put back; ',
      );
      expect(stderr).to.match(/undo keeps it\n$/);
    } finally {
      fs.writeSync = write;
      syncBuiltinESMExports();
    }
    expect(readFileSync(out('dump')).equals(before)).to.equal(false);
    expect((await runCli(['repair', '--undo', out('undo')])).status).to.equal(0);
    expect(readFileSync(out('dump')).equals(before)).to.equal(true);
  });

  // It wrote a flattened file, also to out.kdump, which makedumpfile and drgn do not open, with
  // exit status 0.
  it('unpacks a flattened file, whose copies few tools open, unless asked for one', async () => {
    await runCli(['convert', '--to', 'flattened', path, out('dump')]);
    for (const [args, output, kind, magic] of [
      [[], 'mended', 'kdump', 'KDUMP   '],
      [[], 'mended.kdump', 'kdump', 'KDUMP   '],
      [[], 'mended.elf', 'elf', '\x7fELF'],
      [[], 'mended.flat', 'flattened', 'makedumpfile'],
      [['--to', 'flattened'], 'mended.as-asked', 'flattened', 'makedumpfile'],
    ] as const) {
      const { json, status } = await runCli([
        'repair',
        '--json',
        ...args,
        out('dump'),
        out(output),
      ]);
      expect(status).to.equal(0);
      expect(json()[0], output).to.have.property('kind', kind);
      expect(headOf(out(output), magic.length), output).to.equal(magic);
    }
  });

  it('takes the format of the input, or the one that the name of the output suggests', async () => {
    await runCli(['convert', path, out('plain.elf')]);
    for (const [output, kind] of [
      ['mended', 'elf'],
      ['mended.kdump', 'kdump'],
    ] as const) {
      const { json } = await runCli(['repair', '--json', out('plain.elf'), out(output)]);
      expect(json()[0], output).to.have.property('kind', kind);
    }
    const { json } = await runCli(['convert', '--json', out('plain.elf'), out('converted.kdump')]);
    expect(json()[0]).to.have.property('kind', 'kdump');
  });

  it('says which tools do not open a flattened file it leaves, and what unpacks it', async () => {
    const limits =
      /makedumpfile, drgn, .*cannot open a flattened file; `vmcorekit convert FLATTENED OUT` or `makedumpfile -R/;
    const written = await runCli(['convert', path, out('dump.flat')]);
    expect(written.stdout).to.match(limits);
    expect((await runCli(['repair', path, out('mended.flat')])).stdout).to.match(limits);
    expect((await runCli(['repair', '--in-place', out('dump.flat')])).stdout).to.match(limits);
    expect((await runCli(['repair', path, out('mended.kdump')])).stdout).not.to.include(
      'flattened',
    );
  });

  // It took OUT for an input.
  it('reports or refuses the same with --dry-run, and writes nothing', async () => {
    const dry = await runCli(['repair', '--dry-run', path, out('mended.elf')]);
    expect({ ...dry, json: null }).to.deep.include({ status: 0, stderr: '' });
    expect(dry.stdout)
      .to.include('mended.elf: would be written as an ELF file')
      .and.match(/phys_base +-0x25600000\n/);
    const asked = await runCli(['repair', '--json', '--dry-run', path, out('mended.elf')]);
    expect(asked.json()[0]).to.deep.include({
      dryRun: true,
      kind: 'elf',
      output: out('mended.elf'),
      physBase,
    });
    expect(readdirSync(folder)).to.deep.equal([]);
    writeFileSync(out('there'), '');
    for (const args of [
      [path, out('there')],
      [path, path],
      ['--exclude', 'nothing', path, out('mended')],
      ['--mark', '--to', 'elf', path, out('mended')],
      ['--to', 'elf', path, '-'],
    ]) {
      const real = await runCli(['repair', ...args]);
      expect(real.status).to.equal(2);
      const { status, stderr } = await runCli(['repair', '--dry-run', ...args]);
      expect({ status, stderr }, args.join(' ')).to.deep.equal({
        status: real.status,
        stderr: real.stderr,
      });
    }
  });

  // It wrote 32-bit headers with exit status 0; crash, drgn and makedumpfile refuse such a file.
  describe('of a 64-bit kernel in a 32-bit file', () => {
    for (const [kind, machine] of [
      ['kdump', { machine: 'x86_64' }],
      ['elf', { e_machine: 62 }],
    ] as const) {
      it(`writes 64-bit headers of the kernel's machine: ${kind}`, async () => {
        const narrow = writeNarrowKernelDump();
        const { json, status } = await runCli([
          'repair',
          '--json',
          '--to',
          kind,
          narrow,
          out('mended'),
        ]);
        expect(status).to.equal(0);
        expect(json()[0]).to.deep.include({
          physBase,
          machine: { architecture: 'x86_64', wordSizeInBits: 64 },
        });
        const [info] = (await runCli(['info', '--json', out('mended')])).json();
        expect(info).to.deep.include({ architecture: 'x86_64', wordSizeInBits: 64 });
        expect((info as Info).header).to.include(machine);
        // A reader of x86-64 takes an NT_PRSTATUS of i386 for a broken one.
        expect((info as Info).notes.map(({ name }) => name)).to.deep.equal(['QEMU', 'VMCOREINFO']);
        const [verdict] = (await runCli(['probe', '--json', out('mended')])).json();
        expect(verdict).to.have.property('confidence', 'certain');
        const [compared] = (await runCli(['compare', '--json', narrow, out('mended')])).json() as [
          { readonly pages: object },
        ];
        expect(compared.pages).to.deep.equal({ equal: pageCount, different: 0, unknown: 0 });
      });
    }

    it('refuses to do so in place', async () => {
      copyFileSync(writeNarrowKernelDump(), out('dump'));
      const { status, stderr } = await runCli(['repair', '--in-place', out('dump')]);
      expect(status).to.equal(3);
      expect(stderr)
        .to.include('changing the 32-bit headers of this file to 64-bit headers of x86_64 in place')
        .and.include('write a new file');
    });

    it('leaves the headers of a file as wide as its kernel', async () => {
      const { json } = await runCli(['repair', '--json', path, out('mended')]);
      expect(json()[0]).to.have.property('machine', null);
    });
  });

  it('writes the kernel’s pages where QEMU wrote larger blocks, not in place', async () => {
    await runCli(['convert', '--page-size', '65536', path, out('wide')]);
    const [wide] = (await runCli(['info', '--json', out('wide')])).json();
    expect(wide).to.have.property('pageSizeInBytes', 65_536);
    const refused = await runCli(['repair', '--in-place', out('wide')]);
    expect(refused.status).to.equal(3);
    expect(refused.stderr)
      .to.include("the blocks of this file from 65536 bytes to the kernel's page size, 4096")
      .and.include('write a new file');
    const { json } = await runCli(['repair', '--json', out('wide'), out('mended')]);
    expect(json()[0]).to.have.property('newPageSizeInBytes', 4096);
    const [info] = (await runCli(['info', '--json', out('mended')])).json();
    expect(info).to.have.property('pageSizeInBytes', 4096);
    const compared = await runCli(['compare', '--json', path, out('mended')]);
    expect(compared.json()[0]).to.have.nested.property('pages.different', 0);
  });

  it('says with --dry-run of one file what it should say', async () => {
    const { status, stdout } = await runCli(['repair', '--dry-run', path]);
    expect(status).to.equal(0);
    expect(stdout).to.include('would be repaired');
  });

  it('does nothing the second time but write the same again', async () => {
    await runCli(['repair', path, out('once')]);
    await runCli(['repair', out('once'), out('twice')]);
    const [answer] = (await runCli(['compare', '--json', out('once'), out('twice')])).json();
    expect(answer).to.have.property('isEqual', true);
    await expectMended(out('twice'));
  });

  it('refuses what is only probable, unless it is forced', async () => {
    const doubtful = writeKernelDump({ kallsyms: null, vmcoreInfoAt: null }).path;
    const refused = await runCli(['repair', '--json', doubtful, out('mended')]);
    expect(refused.status).to.equal(1);
    expect(refused.stderr).to.match(
      /not repaired: the verdict is probable, not certain \(phys_base -0x25600000\); --force/,
    );
    expect(refused.json()[0]).to.have.nested.property('error.code', 'not-certain');
    expect(readdirSync(folder)).to.deep.equal([]);
    const forced = await runCli(['repair', '--json', '--force', doubtful, out('mended')]);
    expect(forced.status).to.equal(0);
    expect(forced.json()[0]).to.deep.include({ confidence: 'probable', physBase });
    expect(forced.json()[0]).to.have.nested.property('vmcoreinfo.from', 'synthesised');
  });

  it('refuses a dump without a kernel', async () => {
    const { status, stderr } = await runCli([
      'repair',
      '--only',
      'vmcoreinfo-note',
      '--force',
      path,
      out('mended'),
    ]);
    expect(status).to.equal(1);
    expect(stderr).to.include('not repaired: ');
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('believes the user about where the kernel lies, and claims nothing it cannot read', async () => {
    const { status, json } = await runCli([
      'repair',
      '--json',
      '--phys-base',
      '0x200000',
      path,
      out('mended'),
    ]);
    expect(status).to.equal(0);
    expect(json()[0]).to.deep.include({
      confidence: 'told',
      physBase: 0x200000,
      kaslrOffset: null,
      utsname: { machine: 'x86_64' },
    });
    expect(json()[0]).to.have.nested.property('vmcoreinfo.from', 'synthesised');
    expect((await infoOf(out('mended'))).header).to.include({
      phys_base: String(0x200000),
      release: '',
    });
  });

  it('says before it writes what the dump shows against the kernel that the user names', async () => {
    const place = `phys_base ${physBase < 0 ? '-' : ''}0x${Math.abs(physBase).toString(16)}`;
    const against = `the dump shows a kernel at ${place}, not at phys_base 0x200000; the verdict is certain`;
    const named = ['repair', '--phys-base', '0x200000'];
    const { stderr, json } = await runCli([...named, '--json', path, out('mended')]);
    expect(stderr).to.equal(`vmcorekit: ${path}: ${against}\n`);
    expect(json()[0]).to.deep.include({ contradictions: [against] });
    const dry = await runCli([...named, '--dry-run', path]);
    expect(dry.stderr).to.equal('');
    expect(dry.stdout.replace(/\s+/g, ' ')).to.include(`against ${against}`);
    const right = ['repair', '--json', '--dry-run', '--phys-base', String(physBase)];
    expect((await runCli([...right, path])).json()[0]).to.deep.include({ contradictions: [] });
    const otherKaslr = [...right, '--kaslr-offset', String(kaslrOffset + 0x200000), path];
    expect((await runCli(otherKaslr)).json()[0])
      .to.have.property('contradictions')
      .that.has.length(1);
  });

  for (const [what, args] of [
    ['plain', []],
    ['flattened', ['--to', 'flattened']],
  ] as const) {
    it(`marks a ${what} file as of unknown phys_base, in place, in a few bytes`, async () => {
      await runCli(['convert', ...args, path, out('dump')]);
      const before = readFileSync(out('dump'));
      const { status, json } = await runCli([
        'repair',
        '--json',
        '--mark',
        '--in-place',
        '--undo',
        out('undo'),
        out('dump'),
      ]);
      expect(status).to.equal(0);
      expect(json()[0]).to.deep.include({
        confidence: null,
        physBase: null,
        utsname: {},
        timestamp: null,
        vmcoreinfo: null,
      });
      const [{ changes }] = json() as [{ changes: { what: string; after: string }[] }];
      expect(changes.map((change) => change.what.replace('record of ', ''))).to.deep.equal(
        what === 'plain' ? ['phys_base'] : ['phys_base', 'end marker', 'head of the phys_base'],
      );
      const { header, origin } = await infoOf(out('dump'));
      expect(header.phys_base).to.equal(String(2n ** 64n - 1n));
      expect(origin).to.include({ writtenBy: 'vmcorekit' });
      await expectSameMemory(out('dump'));
      await runCli(['repair', '--undo', out('undo')]);
      expect(readFileSync(out('dump')).equals(before)).to.equal(true);
    });
  }

  it('writes a marked copy, and all else as it was', async () => {
    expect((await runCli(['repair', '--mark', path, out('marked')])).status).to.equal(0);
    const { header, vmcoreinfo } = await infoOf(out('marked'));
    expect(header).to.include({ phys_base: String(2n ** 64n - 1n), release: '' });
    expect(vmcoreinfo).to.equal(null);
    await expectSameMemory(out('marked'));
  });

  interface Undo {
    readonly file: string;
    readonly sizeInBytes: number;
    readonly changes: readonly {
      fileOffset: number;
      what: string;
      before: string;
      after: string;
    }[];
  }

  const undoOf = (file: string): Undo => JSON.parse(readFileSync(file, 'utf8')) as Undo;
  const writeUndo = (undo: Undo): void =>
    writeFileSync(out('strange'), JSON.stringify({ schema: 1, kind: 'vmcorekit-undo', ...undo }));

  async function expectUntouched(file: string, args: readonly string[]): Promise<string> {
    const before = readFileSync(file);
    const { status, stderr } = await runCli(['repair', '--undo', ...args]);
    expect(status).to.be.oneOf([2, 3]);
    expect(readFileSync(file).equals(before)).to.equal(true);
    return stderr;
  }

  it('does not restore a file of which a changed byte was changed since', async () => {
    copyFileSync(path, out('dump'));
    await runCli(['repair', '--in-place', '--undo', out('undo'), out('dump')]);
    const changed = readFileSync(out('dump'));
    for (const { fileOffset, what } of undoOf(out('undo')).changes.filter(
      (change) => change.what !== 'stamp',
    )) {
      writeFileSync(out('dump'), changed.with(fileOffset, (changed[fileOffset] ?? 0) ^ 0x55));
      expect(await expectUntouched(out('dump'), [out('undo')])).to.include(
        `(${what}) than expected`,
      );
    }
    writeFileSync(out('dump'), changed.subarray(0, changed.length - 4));
    await runCli(['repair', '--undo', out('undo')]);
    expect(
      readFileSync(out('dump')).equals(readFileSync(path)),
      'cut within what was appended',
    ).to.equal(true);
  });

  it('restores a dump that was moved, and does nothing the second time', async () => {
    copyFileSync(path, out('dump'));
    await runCli(['repair', '--in-place', '--undo', out('undo'), out('dump')]);
    renameSync(out('dump'), out('moved'));
    for (const _ of ['first', 'second']) {
      expect((await runCli(['repair', '--undo', out('undo'), out('moved')])).status).to.equal(0);
      expect(readFileSync(out('moved')).equals(readFileSync(path))).to.equal(true);
    }
  });

  // It said that the file was changed, and added records after an end marker, where no tool reads
  // them.
  it('does not change a flattened file in place that has bytes after its end marker', async () => {
    await runCli(['convert', '--to', 'flattened', path, out('dump')]);
    const flattened = readFileSync(out('dump'));
    writeFileSync(
      out('dump'),
      Buffer.concat([flattened, Buffer.alloc(100, 1), flattened.subarray(-16)]),
    );
    const { status, stderr } = await runCli(['repair', '--in-place', out('dump')]);
    expect(status).to.equal(3);
    expect(stderr).to.include('which does not end as a flattened file does');
  });

  // An undo file wrote to whatever file it named.
  it('does not write to a file that is no dump, whatever an undo file says', async () => {
    writeFileSync(out('victim'), 'known contents');
    writeUndo({
      file: out('victim'),
      sizeInBytes: 14,
      changes: [{ fileOffset: 0, what: 'x', before: '4556494c21', after: '6b6e6f776e' }],
    });
    expect(await expectUntouched(out('victim'), [out('strange')])).to.include(
      'a text file, not a dump',
    );
  });

  it('does not change or cut a dump that another program wrote', async () => {
    copyFileSync(path, out('dump'));
    const { length } = readFileSync(path);
    const tail = readFileSync(path)
      .subarray(length - 16)
      .toString('hex');
    const field = {
      fileOffset: 8,
      what: 'x',
      before: '07000000',
      after: readFileSync(path).subarray(8, 12).toString('hex'),
    };
    const cut = { fileOffset: length - 16, what: 'x', before: '', after: tail };
    for (const [sizeInBytes, changes] of [
      [length, [field]],
      [length - 16, [cut]],
    ] as const) {
      writeUndo({ file: out('dump'), sizeInBytes, changes });
      expect(await expectUntouched(out('dump'), [out('strange')])).to.include(
        'vmcorekit was not the last to write this KDUMP dump',
      );
    }
  });

  it('does not cut a flattened file of another program at bytes that look like its end', async () => {
    const marker = Buffer.alloc(16, 0xff);
    const last = Buffer.alloc(4096, 7);
    marker.copy(last, 100);
    const flattened = buildFlattened([
      ...[{ offset: 0, bytes: readFileSync(path) }],
      { offset: readFileSync(path).length, bytes: last },
    ]);
    writeFileSync(out('dump'), flattened);
    const end = flattened.length - 16 - (4096 - 116);
    writeUndo({
      file: out('dump'),
      sizeInBytes: end,
      changes: [
        { fileOffset: end, what: 'x', before: '', after: flattened.subarray(end).toString('hex') },
        { fileOffset: end - 16, what: 'x', before: marker.toString('hex'), after: '00'.repeat(16) },
      ],
    });
    expect(await expectUntouched(out('dump'), [out('strange')])).to.include(
      'vmcorekit was not the last to write this KDUMP dump',
    );
  });

  it('names a file that is no undo file, and shows nothing of it', async () => {
    writeFileSync(out('notes.txt'), 'hello\n');
    const { status, stderr } = await runCli(['repair', '--undo', out('notes.txt')]);
    expect(status).to.equal(3);
    expect(stderr).to.equal(
      `vmcorekit: ${out('notes.txt')}: undo file at 0x0: contents is 'something else', wanted the undo record of a repair in place (kind vmcorekit-undo, schema 1)\n`,
    );
  });

  it('does not cut a dump by more than was appended', async () => {
    copyFileSync(path, out('dump'));
    await runCli(['repair', '--in-place', '--undo', out('undo'), out('dump')]);
    const undo = undoOf(out('undo'));
    writeUndo({ ...undo, sizeInBytes: undo.sizeInBytes - 100 });
    expect(await expectUntouched(out('dump'), [out('strange')])).to.include('undo file');
    writeUndo({ ...undo, sizeInBytes: 4096, changes: [] });
    expect(await expectUntouched(out('dump'), [out('strange')])).to.include(
      'the undo file is of one that had 4096',
    );
  });

  for (const what of ['plain', 'flattened']) {
    it(`restores a ${what} file wherever its repair was interrupted`, async () => {
      // Written by QEMU, so that the stamp is one of the changes.
      if (what === 'plain') {
        copyFileSync(ofSeaBios, out('dump'));
      } else {
        writeFileSync(out('dump'), buildFlattened([{ offset: 0, bytes: readFileSync(ofSeaBios) }]));
      }
      const before = readFileSync(out('dump'));
      await runCli([
        'repair',
        '--in-place',
        '--exclude',
        'rom',
        '--undo',
        out('undo'),
        out('dump'),
      ]);
      const { changes } = undoOf(out('undo'));
      expect(changes.length).to.be.greaterThan(5);
      for (let made = 0; made <= changes.length; made++) {
        writeFileSync(out('dump'), before);
        const descriptor = openSync(out('dump'), 'r+');
        for (const { fileOffset, after } of changes.slice(0, made)) {
          writeSync(descriptor, Buffer.from(after, 'hex'), 0, null, fileOffset);
        }
        closeSync(descriptor);
        const { status, stderr } = await runCli(['repair', '--undo', out('undo')]);
        expect({ status, stderr }, `${made} of ${changes.length}`).to.deep.equal({
          status: 0,
          stderr: '',
        });
        expect(readFileSync(out('dump')).equals(before)).to.equal(true);
      }
    });
  }

  const mistakes: readonly (readonly [readonly string[], RegExp])[] = [
    [[path], /wanted IN and OUT, or --in-place and IN/],
    [['--in-place', path, 'out'], /wanted IN and OUT, or --in-place and IN/],
    [['--in-place', '--exclude', 'zero', path], /--exclude: with --in-place only rom is allowed/],
    [
      ['--in-place', '--exclude', 'rom', path],
      /--exclude: with --in-place it moves the bitmaps of IN, so it requires --undo FILE/,
    ],
    // It was ignored: the file kept its kind, and the exit status was 0.
    [
      ['--in-place', '--to', 'elf', path],
      /--to cannot be used with --in-place: the format of IN stays the same/,
    ],
    [['--undo', 'file', '--mark', path], /--undo without --in-place takes no other option/],
    [
      ['--undo', 'file', '--exclude', 'rom', path],
      /--undo without --in-place takes no other option/,
    ],
    [
      ['--undo', 'file', '--phys-base', '0', path],
      /--undo without --in-place takes no other option/,
    ],
    [
      ['--mark', '--phys-base', '0', path, 'out'],
      /--mark cannot be used with an option that names the kernel, like --phys-base/,
    ],
    [
      ['--mark', '--text-at', '0', path, 'out'],
      /--mark cannot be used with an option that names the kernel, like --phys-base/,
    ],
    [
      ['--undo', 'file', '--image-offset', '0', path],
      /--undo without --in-place takes no other option/,
    ],
    [['--mark', '--to', 'elf', path, '/tmp/out'], /--mark: an ELF file has no phys_base/],
    [['--undo', '/no/such/undo'], /undo: no such file/],
    [['--undo', path], /undo file/],
    [['--to', 'elf', path, '-'], /cannot write elf to standard output: it needs to seek/],
  ];
  for (const [args, message] of mistakes) {
    it(`says what is wrong with: ${args.map((arg) => (arg === path ? 'DUMP' : arg)).join(' ')}`, async () => {
      const { status, stderr } = await runCli(['repair', ...args]);
      expect(status).to.be.oneOf([2, 3]);
      expect(stderr).to.match(message);
    });
  }

  it('refuses to change an ELF file in place', async () => {
    await runCli(['convert', path, out('plain.elf')]);
    const { status, stderr } = await runCli(['repair', '--in-place', out('plain.elf')]);
    expect(status).to.equal(3);
    expect(stderr).to.include('changing elf in place: write a new file instead');
  });
});
