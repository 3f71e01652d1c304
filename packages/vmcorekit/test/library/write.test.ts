import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BufferSink, BufferSource } from '@vmcorekit/core';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { readFixtures } from '../support/fixture.ts';
import { kaslrOffset, physBase, writeKernelDump } from '../support/kernel-dump.ts';
import { codeOf, rejectionOf } from '../support/rejection.ts';
import { runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

describe('a dump that is written', () => {
  const { path } = writeKernelDump();
  const fixtures = readFixtures();
  const certain = fixtures.find(({ name }) => name === 'la57')?.pathOf('dump.kdump') ?? '';
  const empty = fixtures.find(({ truth }) => !truth.expected.kernel)?.pathOf('dump.kdump') ?? '';
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-library-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const out = (name: string): string => join(folder, name);
  /** A copy that may be changed. */
  const copyOf = (file: string): string => writeTemporaryFile('vmcore', readFileSync(file));

  it('verifies as sound, whatever threads it may use', async () => {
    using dump = await open(path);
    const alone = await dump.verify();
    expect(alone).to.include({ isSound: true });
    expect(alone.pages.stored).to.be.above(0);
    expect(await dump.verify({ workers: 2 })).to.deep.equal(alone);
  });

  it('verifies as damaged where a page is', async () => {
    const bytes = readFileSync(certain);
    bytes.fill(0xff, bytes.length - 600);
    using dump = await open(new BufferSource(bytes, 'damaged'));
    const { isSound, damage } = await dump.verify();
    expect(isSound).to.equal(false);
    expect(damage.map(({ count }) => count)).to.not.deep.equal([]);
  });

  it('converts to a file of the kind that its name says, equal in memory and notes', async () => {
    using dump = await open(path);
    const written = await dump.convert(out('vmcore.elf'));
    expect(written).to.deep.include({ kind: 'elf' });
    expect(written.files[0]?.path).to.equal(out('vmcore.elf'));
    using copy = await open(out('vmcore.elf'));
    expect(copy.image.format).to.equal('elf');
    expect(await dump.compare(copy)).to.include({ isEqual: true });
  });

  it('compares as different where a page is', async () => {
    using dump = await open(path);
    using other = await open(certain);
    expect(await dump.compare(other)).to.include({ isEqual: false });
  });

  it('writes the bytes that the command writes', async () => {
    using dump = await open(path);
    await dump.convert(out('library'), { compression: 'lzo', exclude: ['zero'], workers: 2 });
    const { status } = await runCli([
      'convert',
      '--compression',
      'lzo',
      '--exclude',
      'zero',
      path,
      out('command'),
    ]);
    expect(status).to.equal(0);
    expect(readFileSync(out('library')).equals(readFileSync(out('command')))).to.equal(true);
  });

  it('converts into a sink', async () => {
    using dump = await open(path);
    const sink = new BufferSink();
    const written = await dump.convert(sink, { kind: 'flattened' });
    expect(written).to.deep.include({ kind: 'flattened', files: [] });
    using copy = await open(new BufferSource(sink.bytes, 'copy'));
    expect(copy.container).to.equal('flattened');
    expect(await copy.compare(dump)).to.include({ isEqual: true });
  });

  it('converts into the parts of a split dump', async () => {
    using dump = await open(path);
    const parts = [out('part.1'), out('part.2')];
    expect((await dump.convert(parts)).files.map((file) => file.path)).to.deep.equal(parts);
    using joined = await open(parts.toReversed());
    expect(await joined.compare(dump)).to.include({ isEqual: true });
  });

  it('replaces a file only where that is asked for', async () => {
    writeFileSync(out('old'), 'old');
    using dump = await open(path);
    expect(await codeOf(dump.convert(out('old')))).to.equal('io');
    expect(readFileSync(out('old'), 'utf8')).to.equal('old');
    await dump.convert(out('old'), { replace: true });
    expect(readFileSync(out('old')).length).to.be.above(3);
  });

  it('never writes over its own input', async () => {
    const copy = copyOf(path);
    using dump = await open(copy);
    expect(await codeOf(dump.convert(copy, { replace: true }))).to.equal('usage');
    expect(readFileSync(copy).equals(readFileSync(path))).to.equal(true);
  });

  it('refuses a kind, a filter and a method there is not', async () => {
    using dump = await open(path);
    expect(await codeOf(dump.convert(out('a'), { kind: 'papyrus' }))).to.equal('unknown-name');
    expect(await codeOf(dump.convert(out('a'), { exclude: ['salt'] }))).to.equal('unknown-name');
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  // 2 MiB made an ELF file of 258 MB out of a dump of 1.4 MB.
  it('refuses a page size that no reader of KDUMP knows, for ELF too', async () => {
    using dump = await open(path);
    for (const pageSizeInBytes of [0, 1.5, 1024, 12_288, 2 ** 21]) {
      const written = dump.convert(out('a'), { kind: 'elf', pageSizeInBytes });
      expect(await codeOf(written)).to.equal('usage');
    }
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  for (const method of ['convert', 'repair'] as const) {
    it(`leaves no file when ${method} is stopped`, async () => {
      using dump = await open(certain);
      await dump.locate();
      const stopping = new AbortController();
      const reason = new Error('enough');
      const onProgress = (): void => stopping.abort(reason);
      const work = dump[method](out('copy'), { kind: 'elf', signal: stopping.signal, onProgress });
      expect(await rejectionOf(work)).to.equal(reason);
      expect(readdirSync(folder)).to.deep.equal([]);
    });
  }

  for (const method of ['verify', 'compare'] as const) {
    it(`stops where ${method} is stopped`, async () => {
      using dump = await open(path);
      using other = await open(path);
      const stopping = new AbortController();
      const reason = new Error('enough');
      const options = { signal: stopping.signal, onProgress: () => stopping.abort(reason) };
      const work = method === 'verify' ? dump.verify(options) : dump.compare(other, options);
      expect(await rejectionOf(work)).to.equal(reason);
    });
  }

  it('repairs to the bytes that the command repairs to', async () => {
    using dump = await open(certain);
    const { plan, files } = await dump.repair(out('library'));
    expect(files.map((file) => file.path)).to.deep.equal([out('library')]);
    expect(plan).to.include({ confidence: 'certain' });
    expect((await runCli(['repair', certain, out('command')])).status).to.equal(0);
    expect(readFileSync(out('library')).equals(readFileSync(out('command')))).to.equal(true);
  });

  it('repairs by the place given to repair, else by the verdict', async () => {
    using dump = await open(path);
    const given = { physBase: physBase + 0x200000, kaslrOffset };
    const { plan } = await dump.repair(out('told'), { told: given });
    expect(plan).to.deep.include({ confidence: 'told' });
    expect(plan.facts.physBase).to.equal(BigInt(given.physBase));
    await dump.locate({ told: given });
    const { plan: again } = await dump.repair(out('certain'));
    expect(again).to.deep.include({ confidence: 'certain' });
    expect(again.facts.physBase).to.equal(BigInt(physBase));
  });

  it('throws no-kernel where there is none, and writes nothing', async () => {
    using dump = await open(empty);
    expect(await codeOf(dump.repair(out('mended')))).to.equal('no-kernel');
    expect(await codeOf(dump.repairInPlace())).to.equal('no-kernel');
    expect(existsSync(out('mended'))).to.equal(false);
  });

  it('marks without a search', async () => {
    using dump = await open(path);
    const { plan } = await dump.repair(out('marked'), { mark: true });
    expect(plan).to.deep.include({ confidence: null, description: null });
    expect(await codeOf(dump.repair(out('elf'), { mark: true, kind: 'elf' }))).to.equal(
      'unsupported',
    );
  });

  it('says what a repair in place would change, and changes nothing', async () => {
    const copy = copyOf(certain);
    using dump = await open(copy);
    const { changes } = await dump.repairInPlace({ dryRun: true });
    expect(changes).to.not.deep.equal([]);
    expect(dump.isClosed).to.equal(false);
    expect(readFileSync(copy).equals(readFileSync(certain))).to.equal(true);
  });

  it('repairs in place, closes the dump, and puts back what was there', async () => {
    const copy = copyOf(certain);
    using dump = await open(copy);
    const { changes } = await dump.repairInPlace({ undo: out('undo') });
    expect(changes).to.not.deep.equal([]);
    expect(dump.isClosed).to.equal(true);
    using mended = await open(copy);
    expect(mended.image.writerStamp?.writer).to.equal('vmcorekit');
    expect((await mended.repairInPlace()).changes).to.deep.equal([]);
    expect(mended.isClosed).to.equal(false);
    await mended.undoRepair(out('undo'));
    expect(mended.isClosed).to.equal(true);
    expect(readFileSync(copy).equals(readFileSync(certain))).to.equal(true);
  });

  it('undoes nothing in a dump that it did not write last', async () => {
    const copy = copyOf(certain);
    using dump = await open(copy);
    await dump.repairInPlace({ undo: out('undo') });
    using other = await open(copyOf(path));
    expect(await codeOf(other.undoRepair(out('undo')))).to.equal('unsupported');
    expect(await codeOf(other.undoRepair(certain))).to.equal('malformed');
  });

  it('changes no file that has the name of bytes', async () => {
    const copy = copyOf(certain);
    using dump = await open(new BufferSource(readFileSync(certain), copy));
    expect(await codeOf(dump.repairInPlace())).to.equal('unsupported');
    expect(await codeOf(dump.undoRepair(out('undo')))).to.equal('unsupported');
    expect(readFileSync(copy).equals(readFileSync(certain))).to.equal(true);
  });
});
