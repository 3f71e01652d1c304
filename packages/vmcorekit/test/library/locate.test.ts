import { readFileSync } from 'node:fs';
import { BufferSink, BufferSource } from '@vmcorekit/core';
import { buildDwarf, buildIsf, buildVmlinux, propertyCases, structsBtf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { createDefaultToolkit, type Dump, open, type Progress, VmcorekitError } from 'vmcorekit';
import { readFixtures } from '../support/fixture.ts';
import { kaslrOffset, physBase, writeKernelDump } from '../support/kernel-dump.ts';
import { codeOf, rejectionOf } from '../support/rejection.ts';
import { writeSystemMap } from '../support/system-map.ts';

/** A disk that is broken after the first eighth of the file, but for the last. */
class HalfBroken extends BufferSource {
  override readInto(offset: number, target: Uint8Array): number {
    if (offset + target.length > this.sizeInBytes / 8 && offset < (this.sizeInBytes * 7) / 8) {
      throw new VmcorekitError('io', { file: this.name, because: 'EIO' });
    }
    return super.readInto(offset, target);
  }
}

/** A file of which one read fails, and no other. */
class OnceBroken extends BufferSource {
  reads: number = 0;
  readonly #failing: number;

  constructor(bytes: Uint8Array, failing: number) {
    super(bytes, 'FILE');
    this.#failing = failing;
  }

  override readInto(offset: number, target: Uint8Array): number {
    if (this.reads++ === this.#failing) {
      throw new VmcorekitError('io', { file: this.name, because: 'EIO' });
    }
    return super.readInto(offset, target);
  }
}

describe('a dump that is located', () => {
  const { path, kernel } = writeKernelDump();
  const empty = readFixtures().find(({ truth }) => !truth.expected.kernel) ?? expect.fail();

  // Each fixture here, in describe.test or in analyze.test; all in continuous integration.
  const fixtures = readFixtures().filter(({ truth }) => truth.expected.kernel);
  for (const fixture of propertyCases(fixtures, 3, 0)) {
    it(`gives the kernel of the fixture ${fixture.name}, opened`, async () => {
      using dump = await open(fixture.pathOf('dump.kdump'));
      const { kernel: opened, located, confidence } = await dump.locate();
      const truth =
        fixture.truth.kernels.find(
          ({ textVirtualAddress: virtual, textPhysicalAddress: physical }) =>
            BigInt.asUintN(64, BigInt(virtual) - BigInt(physical)) === located?.imageOffset,
        ) ?? expect.fail();
      expect(confidence).to.equal('certain');
      expect(located).to.include({ physBase: truth.physBase, release: truth.release });
      expect(located?.kaslrOffset ?? 0).to.equal(truth.kaslrOffset ?? 0);
      expect(opened?.located).to.equal(located);
      // A fixture keeps the pages of its symbols. Not every kernel names where its image begins.
      const { _stext: stext = expect.fail() } = truth.symbols;
      expect(opened?.memory.read(BigInt(stext), 4)).to.have.lengthOf(4);
    });
  }

  it('answers whichever read fails, with the kernel or with the failure', async () => {
    const fixture = readFixtures().find(({ name }) => name === 'backports-kaslr') ?? expect.fail();
    const bytes = readFileSync(fixture.pathOf('dump.kdump'));
    const whole = new OnceBroken(bytes, Number.POSITIVE_INFINITY);
    using sound = await open(whole);
    const opening = whole.reads;
    const expected = await sound.locate();
    for (let failing = opening; failing < whole.reads; failing++) {
      using dump = await open(new OnceBroken(bytes, failing));
      const found = await dump.locate();
      expect(dump.sourceFailure?.code).to.equal('io');
      expect(found.kernel).to.equal(null);
      expect(
        found.reason === 'source-failed' ||
          found.located?.imageOffset === expected.located?.imageOffset,
      ).to.equal(true);
    }
  });

  it('answers with the verdict’s own parts', async () => {
    using dump = await open(path);
    const { verdict, kernel: opened, located, ...parts } = await dump.locate();
    const { kernel: place, ...others } = verdict;
    expect(parts).to.deep.equal(others);
    expect(located).to.equal(place);
    expect(opened?.memory.readText(kernel.symbols.get('linux_banner') ?? 0n).trimEnd()).to.equal(
      kernel.banner.trimEnd(),
    );
  });

  it('gives the verdict that a toolkit gives', async () => {
    using dump = await open(path);
    const { verdict } = await dump.locate();
    expect(verdict).to.deep.equal(await createDefaultToolkit().locate(dump));
  });

  it('is a dump for a toolkit, spread with another part too', async () => {
    using dump = await open(path);
    const plain: Dump = dump;
    const { confidence, evidence } = await dump.toolkit.locate({ ...plain, cpus: [] });
    expect(confidence).to.equal('certain');
    expect(evidence.map(({ by }) => by)).to.not.include('cr3-walk');
  });

  it('says why there is none, and does not throw', async () => {
    using dump = await open(empty.pathOf('dump.kdump'));
    const { kernel: opened, located, confidence, reason, explanation } = await dump.locate();
    expect({ opened, located, confidence }).to.deep.equal({
      opened: null,
      located: null,
      confidence: 'none',
    });
    expect(reason).to.be.a('string');
    expect(explanation).to.not.equal('');
  });

  it('takes the options of a search', async () => {
    using dump = await open(path);
    const { notRun, evidence } = await dump.locate({ only: ['cr3-walk'] });
    expect(evidence.some(({ by }) => by === 'cr3-walk')).to.equal(true);
    expect(notRun.map(({ name }) => name)).to.include('step-scan');
    expect(await codeOf(dump.locate({ skip: ['no-such'] }))).to.equal('unknown-name');
  });

  it('takes symbol files by path, as bytes and as tables', async () => {
    const map = writeSystemMap(kernel.symbols, 0n);
    const bytes = (): BufferSource => new BufferSource(readFileSync(map), 'System.map');
    using dump = await open(path);
    for (const symbols of [map, bytes(), await dump.toolkit.openSymbols(bytes())]) {
      const { evidence, refusedSymbols } = await dump.locate({ symbols: [symbols], all: true });
      expect(refusedSymbols).to.deep.equal([]);
      expect(evidence.map(({ by }) => by)).to.include('symbol-search');
    }
    expect(await codeOf(dump.locate({ symbols: ['/no/such/map'] }))).to.equal('io');
  });

  it('opens the kernel with the symbols and types of a vmlinux proved to be its own', async () => {
    const text = kernel.symbols.get('_text') ?? 0n;
    const linked = [...kernel.symbols, ['only_in_vmlinux', text + 0x9000n] as const];
    const vmlinux = (buildId: string) =>
      new BufferSource(
        buildVmlinux({
          symbols: linked.map(([name, address]) => ({
            name,
            st_value: address - BigInt(kaslrOffset),
          })),
          buildId,
          btf: structsBtf({ task_struct: { size: 64, members: { pid: 8 } } }),
        }).bytes,
        'vmlinux',
      );
    using dump = await open(path);
    const own = await dump.locate({ symbols: [vmlinux(kernel.buildId)] });
    expect(own.matchedSymbols).to.deep.equal(['vmlinux']);
    expect(own.kernel?.symbols.find('only_in_vmlinux')?.address).to.equal(text + 0x9000n);
    const task = own.kernel?.types.struct('task_struct');
    expect([task?.from, task?.sizeInBytes, task?.member('pid')?.offsetInBytes]).to.deep.equal([
      'BTF of vmlinux',
      64,
      8,
    ]);
    expect(own.kernel?.types.remarks).to.deep.equal([
      "the kernel's own BTF cannot be read: the kernel has none: its symbols do not name __start_BTF, and its read-only data holds none",
    ]);
    const other = await dump.locate({ symbols: [vmlinux('ffff')] });
    expect([other.matchedSymbols, other.refusedSymbols.length]).to.deep.equal([[], 1]);
    expect(other.kernel?.symbols.find('only_in_vmlinux')).to.equal(undefined);
    expect(other.kernel?.types.struct('task_struct')).to.equal(undefined);
  });

  it('asks BTF for types before DWARF and ISF, and closes the files with the dump', async () => {
    const linked = [...kernel.symbols].map(
      ([name, address]) => [name, address - BigInt(kaslrOffset)] as const,
    );
    const struct = {
      tag: 'structure_type',
      attributes: { name: 'of_dwarf', byte_size: 8 },
    } as const;
    const sections = buildDwarf({
      units: [
        [
          { ...struct, id: 'of_dwarf' },
          { ...struct, attributes: { name: 'task_struct', byte_size: 128 } },
          { tag: 'variable', attributes: { name: 'the_variable', type: { ref: 'of_dwarf' } } },
        ],
      ],
    });
    const vmlinux = buildVmlinux({
      symbols: linked.map(([name, st_value]) => ({ name, st_value })),
      buildId: kernel.buildId,
      btf: structsBtf({ task_struct: { size: 64, members: { pid: 8 } } }),
      sections,
    });
    const isf = buildIsf({
      symbols: Object.fromEntries(linked.map(([name, address]) => [name, { address }])),
      user_types: { of_isf: { kind: 'struct', size: 24, fields: {} } },
    });
    let openFiles = 1;
    class Watched extends BufferSource {
      override [Symbol.dispose](): void {
        openFiles--;
      }
    }
    const dump = await open(path);
    const located = await dump.locate({
      symbols: [new Watched(vmlinux.bytes, 'vmlinux'), new BufferSource(isf, 'kernel.json')],
    });
    expect(located.matchedSymbols).to.deep.equal(['vmlinux', 'kernel.json']);
    const types = located.kernel?.types;
    const found = ['task_struct', 'of_dwarf', 'of_isf', 'none'].map((name) => {
      const type = types?.struct(name);
      return [type?.from, type?.sizeInBytes];
    });
    expect(found).to.deep.equal([
      ['BTF of vmlinux', 64],
      ['DWARF of vmlinux', 8],
      ['ISF of kernel.json', 24],
      [undefined, undefined],
    ]);
    const variable = types?.variableType?.('the_variable')?.type.type;
    expect(variable?.kind === 'struct' && variable.struct.name).to.equal('of_dwarf');
    expect(openFiles).to.equal(1);
    dump.close();
    expect(openFiles).to.equal(0);
  });

  it('opens the kernel once, and gives it again', async () => {
    using dump = await open(path);
    const first = await dump.kernel();
    const { pagesRead } = dump.statistics;
    expect(await dump.kernel()).to.equal(first);
    expect(dump.statistics.pagesRead).to.equal(pagesRead);
    expect(first.located.physBase).to.equal(physBase);
  });

  it('throws no-kernel with the explanation if a kernel is wanted and none is found', async () => {
    using dump = await open(empty.pathOf('dump.kdump'));
    const { explanation } = await dump.locate();
    const error = await rejectionOf(dump.kernel());
    expect(error).to.have.property('code', 'no-kernel');
    expect(error).to.have.nested.property('facts.because', explanation);
  });

  it('never calls a failed read no kernel', async () => {
    const bytes = readFileSync(
      readFixtures()
        .find(({ name }) => name === 'ovmf-nokaslr')
        ?.pathOf('dump.kdump') ?? '',
    );
    using dump = await open(new HalfBroken(bytes, 'disk'));
    expect(await dump.locate()).to.deep.include({
      kernel: null,
      located: null,
      reason: 'source-failed',
    });
    for (const work of [dump.kernel(), dump.analyze('memory-map'), dump.repair(new BufferSink())]) {
      expect(await codeOf(work)).to.equal('io');
    }
  });

  it('reports progress, and stops with the signal’s reason', async () => {
    using dump = await open(path);
    const steps: Progress[] = [];
    const stopping = new AbortController();
    const reason = new Error('enough');
    const work = dump.locate({
      all: true,
      signal: stopping.signal,
      onProgress: (progress) => {
        steps.push(progress);
        stopping.abort(reason);
      },
    });
    expect(await rejectionOf(work)).to.equal(reason);
    expect(steps).to.have.lengthOf(1);
    expect((await dump.kernel()).located.physBase).to.equal(physBase);
  });

  it('runs analyzers by name, with their data typed', async () => {
    using dump = await open(path);
    const { data } = await dump.analyze('vmcoreinfo', { options: { from: 'memory' } });
    expect(data?.from).to.equal('memory');
    const map = await dump.analyze('memory-map');
    expect(map.text).to.not.have.lengthOf(0);
    expect(await codeOf(dump.analyze('no-such'))).to.equal('unknown-name');
    expect(await codeOf(dump.analyze('vmcoreinfo', { options: { nowhere: 1 } }))).to.equal(
      'unknown-name',
    );
  });

  it('runs the caller’s own analyzer on the kernel located', async () => {
    using dump = await open(new BufferSource(readFileSync(path), 'bytes'));
    const { data } = await dump.analyze(
      {
        name: 'own',
        summary: 'reads the banner',
        options: { limit: { type: 'integer', summary: 'how much', default: 5 } },
        // biome-ignore lint/correctness/useYield: one read
        *run({ kernel: opened }, { limit }) {
          const banner =
            opened?.symbols.find('linux_banner')?.address ??
            kernel.symbols.get('linux_banner') ??
            0n;
          return { text: [], data: opened?.memory.readText(banner).slice(0, limit) };
        },
      },
      { options: { limit: 7 } },
    );
    expect(data).to.equal('Linux v');
  });
});
