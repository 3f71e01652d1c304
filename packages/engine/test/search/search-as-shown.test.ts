import { plugin } from '@vmcorekit/architectures';
import {
  ArchitectureTable,
  type Candidate,
  type Confidence,
  type Dump,
  type Verdict,
} from '@vmcorekit/core';
import { buildUtsname, memoryImage, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { searchAsShown } from '../../dist/search/search-as-shown.js';

const architectures = new ArchitectureTable(plugin.architectures ?? []);

/** More than one step of a pass over memory reads. */
const memorySizeInBytes = 0x40_0000;

interface Fields {
  /** The machine of each utsname in memory. */
  readonly utsnames: readonly string[];
  /** What the search finds on each machine. */
  readonly found: Readonly<Record<string, Confidence>>;
  /** The machine that the file names. */
  readonly named?: string;
  readonly reason?: Verdict['reason'];
  readonly isConfirmed?: boolean;
  readonly pageLimit?: number;
}

function verdictWith(confidence: Confidence, reason: Verdict['reason'] = 'no-kernel'): Verdict {
  const kernel = { imageOffset: 0n, physBase: null, numbers: {}, textPhysicalAddress: null };
  const candidate = { kernel, isWitnessed: confidence === 'certain' } as unknown as Candidate;
  const isFound = confidence !== 'none';
  return {
    kernel: isFound ? kernel : null,
    confidence,
    reason: isFound ? null : reason,
    explanation: 'a test',
    candidates: isFound ? [candidate] : [],
    remarks: [],
    notRun: [],
    matchedSymbols: [],
  } as unknown as Verdict;
}

/** What comes of it, and the machines that were searched, in order. */
async function ask(fields: Fields) {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: memorySizeInBytes }] });
  for (let at = 0; at < memorySizeInBytes; at += 0x1000) {
    memory.write(at, Uint8Array.of(1));
  }
  for (const [index, machine] of fields.utsnames.entries()) {
    memory.write(0x1000 * (index + 1), buildUtsname({ machine }));
  }
  const searched: string[] = [];
  const dumpOn = (name: string | null): Dump =>
    ({
      architecture: architectures.named(name) ?? null,
      image: memoryImage(memory),
      vmcoreinfo: null,
      statistics: { pagesRead: 0, bytesRead: 0 },
    }) as unknown as Dump;
  const dump: Dump = {
    ...dumpOn(fields.named ?? null),
    ...(fields.isConfirmed === true
      ? {}
      : {
          readAs: (name: string) =>
            name === 'mips' ? null : { dump: dumpOn(name), take: () => {} },
        }),
  };
  const first = verdictWith('none', fields.reason);
  const search = async ({ architecture }: Dump): Promise<Verdict> => {
    const name = architecture?.name ?? '';
    searched.push(name);
    return verdictWith(fields.found[name] ?? 'none');
  };
  const shown = await searchAsShown(
    dump,
    first,
    { architectures, layouts: [], search },
    { pageLimit: fields.pageLimit ?? Infinity },
  );
  return { shown, searched, taken: shown?.machine?.sign.architecture ?? null };
}

describe('a search as the machine that memory shows', () => {
  it('takes the machine on which it finds a kernel, and says why', async () => {
    const { shown, taken } = await ask({ utsnames: ['aarch64'], found: { arm64: 'certain' } });
    expect(taken).to.equal('arm64');
    expect(shown?.verdict.confidence).to.equal('certain');
    expect(shown?.verdict.remarks[0]?.finding.because).to.equal(
      'the file does not name its machine; a utsname of Linux 6.9.1-test at 0x1000 names arm64',
    );
  });

  it('goes on to the next machine where a sign leads to no kernel', async () => {
    const { searched, taken } = await ask({
      utsnames: ['i686', 'i686', 's390x'],
      found: { s390x: 'certain' },
    });
    expect(searched).to.deep.equal(['i386', 's390x']);
    expect(taken).to.equal('s390x');
  });

  it('leaves the answer open where witnesses saw kernels of two machines', async () => {
    const { shown, taken } = await ask({
      utsnames: ['i686', 'x86_64'],
      found: { i386: 'certain', x86_64: 'certain' },
    });
    expect(taken).to.equal(null);
    expect(shown?.verdict).to.include({ kernel: null, reason: 'ambiguous' });
    expect(shown?.verdict.candidates).to.have.lengthOf(2);
    expect(shown?.verdict.explanation).to.include('kernels of several machines');
  });

  it('prefers the kernel that a witness saw', async () => {
    const { taken } = await ask({
      utsnames: ['i686', 'x86_64'],
      found: { i386: 'probable', x86_64: 'certain' },
    });
    expect(taken).to.equal('x86_64');
  });

  it('does not search the machine again that the file names, nor one without kernels', async () => {
    const { shown, searched } = await ask({
      utsnames: ['x86_64', 'mips', 'i686'],
      found: { i386: 'certain' },
      named: 'x86_64',
    });
    expect(searched).to.deep.equal(['i386']);
    expect(shown?.verdict.remarks[0]?.finding.because).to.include('no kernel of x86_64 was found');
  });

  it('says that nothing names the machine where there is no sign', async () => {
    const { shown, searched } = await ask({ utsnames: [], found: {} });
    expect(searched).to.deep.equal([]);
    expect(shown?.verdict.explanation).to.equal(
      'neither the file nor its memory names the machine',
    );
  });

  it('leaves a confirmed machine and an ambiguous answer alone', async () => {
    const utsnames = ['aarch64'];
    const found = { arm64: 'certain' } as const;
    expect((await ask({ utsnames, found, isConfirmed: true })).shown).to.equal(null);
    expect((await ask({ utsnames, found, reason: 'ambiguous' })).shown).to.equal(null);
  });

  it('does not say that there is none where a limit ended it, and says which part', async () => {
    const { shown } = await ask({ utsnames: ['aarch64'], found: {}, pageLimit: 0 });
    expect(shown?.verdict.reason).to.equal('page-limit');
    expect(shown?.verdict.explanation).to.equal(
      'the page limit ended the search before all of the memory was read',
    );
    expect(shown?.verdict.notRun).to.deep.equal([
      {
        name: 'machine-signs',
        because: 'the page limit ended it before all of the memory was read',
      },
    ]);
  });

  it('looks for kernels of the machines that it saw before a limit', async () => {
    const utsnames = ['aarch64'];
    const { shown, searched } = await ask({ utsnames, found: { arm64: 'probable' }, pageLimit: 4 });
    expect(searched).to.deep.equal(['arm64']);
    expect(shown?.verdict.confidence).to.equal('probable');
    expect(shown?.machine?.sign.architecture).to.equal('arm64');
  });
});
