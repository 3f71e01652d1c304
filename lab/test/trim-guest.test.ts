import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dump, LocatedKernel } from '@vmcorekit/core';
import { FileSource } from '@vmcorekit/node';
import {
  type BuiltLinuxKernel,
  buildKdump,
  buildLinuxKernel,
  qemuCpuStateNote,
  SparseMemory,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { createDefaultToolkit } from 'vmcorekit';
import type { FixtureTruth } from '../dist/fixtures/fixture-truth.js';
import { trimGuest } from '../dist/fixtures/trim-guest.js';

const memorySizeInBytes = 0x4000000;
const pageSizeInBytes = 4096;
const physBase = 0x600000;
/** From the start of the image window: CONFIG_PHYSICAL_START. */
const textOffset = 0x1000000;
const vmcoreInfoAt = 0x1085000;
/** The place of a decoy, and pages that no reader looks at. */
const decoyAt = 0x3000000;
const bulk = { start: 0x3100000, end: 0x3300000 };

describe('trimming a guest', () => {
  let folder: string;
  let kernel: BuiltLinuxKernel;
  let dump: Dump;
  let truth: FixtureTruth;
  const fixtureFolder = (): string => join(folder, 'fixture');

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-lab-test-'));
    kernel = writeGuest(join(folder, 'guest'));
    mkdirSync(fixtureFolder());
    writeFileSync(join(fixtureFolder(), 'left-over'), '');
    await trimGuest(join(folder, 'guest'), fixtureFolder());
    dump = await createDefaultToolkit().open(new FileSource(join(fixtureFolder(), 'dump.kdump')));
    truth = JSON.parse(readFileSync(join(fixtureFolder(), 'truth.json'), 'utf8')) as FixtureTruth;
  });

  after(() => {
    dump[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });

  it('leaves a dump and its truth in the folder, and nothing else', () => {
    expect(readdirSync(fixtureFolder())).to.have.members(['dump.kdump', 'truth.json']);
  });

  it('keeps what finds the kernel, with the CPUs notes and without', async () => {
    const toolkit = createDefaultToolkit();
    const found = await toolkit.locate(dump);
    const foundWithout = await toolkit.locate({ ...dump, cpus: [] });
    for (const verdict of [found, foundWithout]) {
      const { physBase: foundPhysBase, kaslrOffset, buildId } = verdict.kernel as LocatedKernel;
      expect(verdict.confidence).to.equal('certain');
      expect([foundPhysBase, kaslrOffset, buildId]).to.deep.equal([physBase, 0, kernel.buildId]);
    }
  });

  it('keeps the header as QEMU wrote it, and signs the file', () => {
    const { header, notes, writerStamp } = dump.image;
    expect(header.get('phys_base')).to.equal(0n);
    expect(header.get('release')).to.equal('');
    expect(header.get('machine')).to.equal('x86_64');
    expect(notes.map(({ name }) => name)).to.deep.equal(['QEMU']);
    expect(writerStamp?.writer).to.equal('vmcorekit');
  });

  it('keeps decoys', () => {
    expect(Buffer.from(dump.image.memory.read(decoyAt, 13)).toString()).to.equal('Linux version');
  });

  it('excludes what no reader looks at, and calls it neither zero nor absent', () => {
    const states = new Set<string>();
    for (let address = bulk.start; address < bulk.end; address += pageSizeInBytes) {
      states.add(dump.image.memory.pageState(address / pageSizeInBytes));
    }
    expect([...states]).to.deep.equal(['excluded']);
  });

  it('says how many pages there were, and which commands made it', () => {
    expect(truth.storedPagesInWhole).to.be.above((bulk.end - bulk.start) / pageSizeInBytes);
    expect(truth.madeBy).to.deep.equal(['npm run lab -- built', 'npm run lab -- trim built']);
  });

  it('leaves processes out of the truth, as their pages are left out', () => {
    expect(truth.kernels[0]).to.have.property('physBase', physBase);
    expect(truth.kernels[0]).to.not.have.property('processes');
  });
});

/**
 * A guest's folder as the laboratory leaves it, its kernel where UEFI without KASLR would put it.
 */
function writeGuest(guestFolder: string): BuiltLinuxKernel {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: memorySizeInBytes }] });
  const kernel = buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset: 0,
    vmcoreInfoAt,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: memorySizeInBytes,
  });
  memory.write(decoyAt, Buffer.from(kernel.banner, 'latin1'));
  for (let address = bulk.start; address < bulk.end; address += pageSizeInBytes) {
    memory.write(address, Uint8Array.of(1, 2, 3));
  }
  const longMode = { cr0: 0x80000001n, cs: 0x10n, cs_flags: 0xaf9b00n };
  const { bytes } = buildKdump({
    pages: Array.from({ length: memorySizeInBytes / pageSizeInBytes }, (_, pfn) =>
      memory.pageState(pfn) === 'stored'
        ? { pfn, bytes: memory.read(pfn * pageSizeInBytes, pageSizeInBytes) }
        : { pfn },
    ),
    maxMapnr: memorySizeInBytes / pageSizeInBytes,
    sharesZeroPage: true,
    notes: [
      qemuCpuStateNote({
        ...longMode,
        cr3: BigInt(kernel.root),
        cr4: 0x20n,
        rip: kernel.symbols.get('_text') ?? 0n,
      }),
    ],
    fields: { machine: 'x86_64', nr_cpus: 1 },
  });
  const symbols = Object.fromEntries(
    [...kernel.symbols].map(([name, address]) => [name, `0x${address.toString(16)}`]),
  );
  mkdirSync(guestFolder);
  writeFileSync(join(guestFolder, 'kdump-raw-zlib.vmcore'), bytes);
  writeFileSync(
    join(guestFolder, 'truth.json'),
    JSON.stringify({
      guest: 'built',
      kernels: [
        {
          physBase,
          textVirtualAddress: `0x${(kernel.symbols.get('_text') ?? 0n).toString(16)}`,
          textPhysicalAddress: `0x${(physBase + textOffset).toString(16)}`,
          pageTableRoot: `0x${kernel.root.toString(16)}`,
          pagingLevels: kernel.levels,
          symbols,
          vmcoreinfo: {},
          vmcoreinfoPointer: {
            physicalAddress: `0x${vmcoreInfoAt.toString(16)}`,
            sizeInBytes: pageSizeInBytes,
          },
          processes: [{ pid: 1, parentPid: 0, name: 'init' }],
          modules: [],
        },
      ],
      dumps: [
        {
          file: 'kdump-raw-zlib.vmcore',
          format: 'kdump-raw-zlib',
          sizeInBytes: bytes.length,
          command: 'built',
        },
      ],
    }),
  );
  return kernel;
}
