import {
  buildLinuxKernel,
  buildXenCore,
  buildXenSave,
  pagesWithFrames,
  SparseMemory,
  xenEnd,
  xenGuestContext,
  xenInKernel,
  xenPageData,
  xenPvInfo,
  xenVcpuBasic,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

const page = 4096;
const end = 0x2400000;
/** Pages of 2 MiB stay together; which is where is turned around. */
const pagesTogether = 512;
const frameOf = (pfn: number): number =>
  (1000 - Math.floor(pfn / pagesTogether)) * pagesTogether + (pfn % pagesTogether);

interface Domain {
  readonly memory: SparseMemory;
  readonly root: number;
  readonly text: bigint;
}

/** A PV domain whose only CPU runs a kernel. Such kernels have no KASLR. */
function domain(): Domain {
  const memory = new SparseMemory({ ranges: [{ start: 0, end }] });
  const { root, symbols } = buildLinuxKernel({
    memory,
    physBase: 0,
    kaslrOffset: 0,
    vmcoreInfoAt: 0x2080000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: end,
  });
  return { memory, root, text: symbols.get('_text') ?? 0n };
}

function contextOf({ text }: Domain, rootPage: number): Uint8Array {
  const fields = { rip: text, cs: 0xe033n, cr0: 0x80050033n, cr3: BigInt(rootPage * page) };
  return xenGuestContext({ ...fields, cr4: 0x660n }, { flags: xenInKernel });
}

function writeCore(): string {
  const guest = domain();
  const pages = pagesWithFrames(guest.memory, guest.root, frameOf);
  const prstatus = [contextOf(guest, frameOf(guest.root / page))];
  return writeTemporaryFile('guest.core', buildXenCore({ pages, prstatus }));
}

function writeSave(): string {
  const guest = domain();
  const pages = pagesWithFrames(guest.memory, guest.root, (pfn) => pfn);
  const records = [
    xenPvInfo(8),
    xenPageData(pages),
    xenVcpuBasic(0, contextOf(guest, guest.root / page)),
    xenEnd,
  ];
  return writeTemporaryFile('guest.save', buildXenSave({ records }));
}

async function probe(path: string, ...options: readonly string[]) {
  const { json } = await runCli(['probe', '--json', ...options, path]);
  const [{ confidence, kernel, origin }] = json() as [
    {
      readonly confidence: string;
      readonly kernel: { readonly physBase: number; readonly role: string };
      readonly origin: { readonly capturedBy: string };
    },
  ];
  return { confidence, physBase: kernel.physBase, role: kernel.role, by: origin.capturedBy };
}

describe('a PV domain of Xen', () => {
  const found = { confidence: 'certain', physBase: 0, role: 'running', by: 'xen' };

  it('shows the kernel that its CPU runs, certain, by frames in the tables of its core', async () => {
    expect(await probe(writeCore())).to.deep.equal(found);
  });

  it('shows it by the numbers of pages in the tables of its save', async () => {
    expect(await probe(writeSave())).to.deep.equal(found);
  });

  it('is found by its page tables alone', async () => {
    expect((await probe(writeCore(), '--only', 'page-table-search')).physBase).to.equal(0);
  });

  it('translates addresses through its frames, and shows entries as they are', async () => {
    const path = writeCore();
    const { stdout } = await runCli(['translate', path, '0xffffffff81000000']);
    expect(stdout).to.match(/is at physical 0x1000000/);
    const [, entryAt = '', value = ''] = /4 +(0x\w+) +(0x\w+)/.exec(stdout) ?? [];
    const below = Math.floor(Number(value) / page);
    expect([Number(entryAt) < end, below * page >= end]).to.deep.equal([true, true]);
  });

  it('is not converted from a core, and is from a save', async () => {
    const target = writeTemporaryFile('copy.elf', new Uint8Array(0));
    const refused = await runCli(['convert', '--force', writeCore(), target]);
    expect(refused.stderr).to.match(/page tables that hold machine frames.*xl save/);
    const { stderr } = await runCli(['convert', '--force', writeSave(), target]);
    expect(stderr).to.equal('');
  });
});
