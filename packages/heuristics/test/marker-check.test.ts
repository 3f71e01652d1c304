import { ppc64 } from '@vmcorekit/architectures';
import type { Dump, Finding, ImageFacts, Note, OriginFinding } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { headerValue, markerCheck, plugin, vmcoreInfoNote } from '@vmcorekit/heuristics';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  type DumpFields,
  dumpOf,
  emptyMemory,
  factsIn,
  findingsOf,
  type HeaderFields,
  kaslrOffset,
  kernelIn,
  physBase,
  rootAt,
  verdictBy,
} from './guest.ts';

/** As QEMU 7.2 writes it for a guest without the vmcoreinfo device. */
const qemuHeader: HeaderFields = {
  header_version: 6,
  sysname: '',
  nodename: '',
  release: '',
  version: '',
  machine: 'x86_64',
  domainname: '',
  timestamp_sec: 0n,
  timestamp_usec: 0n,
  status: 1,
  block_size: 4096,
  phys_base: 0n,
  dump_level: 1,
  split: 0,
  offset_note: 4200n,
  size_note: 1736n,
  offset_eraseinfo: 0n,
  size_eraseinfo: 0n,
};

/** As makedumpfile writes it out of /proc/vmcore. */
const makedumpfileHeader: HeaderFields = {
  ...qemuHeader,
  sysname: 'Linux',
  nodename: 'server',
  release: '6.1.0',
  version: '#1 SMP',
  timestamp_sec: 1700000000n,
  phys_base: BigInt.asUintN(64, BigInt(physBase)),
  dump_level: 31,
  offset_note: 8192n,
};

const qemuNote: Note = { name: 'QEMU', type: 0, descriptor: new Uint8Array(440), fileOffset: 4548 };
const crashed = 'OSRELEASE=6.1.0\nCRASHTIME=1700000000\n';

async function header(fields: HeaderFields, more: Omit<DumpFields, 'facts'> = {}): Promise<Dump> {
  return dumpOf(emptyMemory(), { facts: await factsIn(fields, more), ...more });
}

async function originOf(dump: Dump): Promise<string> {
  const { origin } = await createToolkit([plugin]).locate(dump, { only: ['marker-check'] });
  return `${origin.capturedBy}/${origin.writtenBy}`;
}

async function headerFinding(fields: HeaderFields): Promise<Finding | undefined> {
  const [finding, ...more] = findingsOf(headerValue, await header(fields));
  expect(more).to.deep.equal([]);
  return finding;
}

function origins(dump: Dump): OriginFinding[] {
  return findingsOf(markerCheck, dump).filter(
    (finding): finding is OriginFinding => finding.kind === 'origin',
  );
}

function signsAgainstCapture(dump: Dump): OriginFinding[] {
  return origins(dump).filter((finding) => finding.axis === 'capturedBy' && finding.score < 0);
}

describe('marker-check', () => {
  it('believes what a container says of the programs that captured and wrote it', async () => {
    const says = { score: 100, because: 'its description names it', at: [] };
    const dump: Dump = {
      ...dumpOf(emptyMemory(), {}),
      containerOrigins: [
        { axis: 'capturedBy', who: 'winpmem', ...says },
        { axis: 'writtenBy', who: 'libaff4', ...says },
      ],
    };
    expect(await originOf(dump)).to.equal('winpmem/libaff4');
  });

  it('knows a KDUMP file of QEMU, with its notes and without them', async () => {
    expect(await originOf(await header(qemuHeader, { notes: [qemuNote] }))).to.equal('qemu/qemu');
    expect(await originOf(await header(qemuHeader))).to.equal('qemu/qemu');
    expect(await originOf(await header({ ...qemuHeader, machine: 'Unknown' }))).to.equal(
      'qemu/qemu',
    );
  });

  it('knows QEMU’s ELF by its short e_ehsize, an older one by notes and sections', async () => {
    const elf = { e_type: 4, e_ehsize: 8, e_shnum: 2, e_phoff: 192 };
    expect(await originOf(await header(elf, { notes: [qemuNote] }))).to.equal('qemu/qemu');
    expect(await originOf(await header(elf))).to.equal('qemu/qemu');
    expect(
      await originOf(
        await header({ ...elf, e_ehsize: 64, e_shnum: 0, e_phoff: 64 }, { notes: [qemuNote] }),
      ),
    ).to.equal('qemu/unknown');
  });

  it('knows a kdump kernel’s capture that makedumpfile wrote', async () => {
    expect(await originOf(await header(makedumpfileHeader, { vmcoreinfo: crashed }))).to.equal(
      'kdump/makedumpfile',
    );
    expect(
      await originOf(
        await header({ ...makedumpfileHeader, dump_level: 0 }, { vmcoreinfo: crashed }),
      ),
    ).to.equal('kdump/makedumpfile');
  });

  it('knows /proc/vmcore by CRASHTIME, and leaves open who copied it', async () => {
    expect(
      await originOf(
        await header({ e_type: 4, e_ehsize: 64, e_shnum: 0, e_phoff: 64 }, { vmcoreinfo: crashed }),
      ),
    ).to.equal('kdump/unknown');
  });

  it('says of QEMU’s capture with a full utsname that another wrote it', async () => {
    expect(await originOf(await header(makedumpfileHeader, { notes: [qemuNote] }))).to.equal(
      'qemu/makedumpfile',
    );
    expect(
      await originOf(await header({ ...qemuHeader, release: '6.1.0' }, { notes: [qemuNote] })),
    ).to.equal('qemu/unknown');
  });

  it('knows a crashed guest captured by QEMU, whose VMCOREINFO has CRASHTIME', async () => {
    expect(
      await originOf(await header(qemuHeader, { notes: [qemuNote], vmcoreinfo: crashed })),
    ).to.equal('qemu/qemu');
  });

  it('knows this tool’s own files by their stamp, whatever else they look like', async () => {
    const writerStamp = { writer: 'vmcorekit', fileOffset: 4064 };
    expect(
      await originOf(await header(makedumpfileHeader, { notes: [qemuNote], writerStamp })),
    ).to.equal('qemu/vmcorekit');
  });

  it('takes pids of processes as a trace that QEMU did not capture the memory', async () => {
    const dump = dumpOf(emptyMemory(), { facts: await factsIn(qemuHeader), cr3: [0x1000, 0x1000] });
    const processes = { ...dump, cpus: dump.cpus.map((cpu) => ({ ...cpu, pid: 812 })) };
    expect(signsAgainstCapture(dump)).to.deep.equal([]);
    expect(
      signsAgainstCapture(processes)
        .map((finding) => finding.because)
        .join(),
    ).to.match(/812/);
  });

  it('takes no pid 0 on ppc64 for such a trace, because QEMU writes it for each CPU', async () => {
    const facts = await factsIn(qemuHeader);
    const dump = dumpOf(emptyMemory(), { facts, cr3: [0x1000, 0x1000] });
    const withPids = (...pids: readonly number[]) => ({
      ...dump,
      architecture: ppc64,
      cpus: dump.cpus.map((cpu, index) => ({ ...cpu, pid: pids[index] ?? 0 })),
    });
    expect(signsAgainstCapture(withPids(0, 0))).to.deep.equal([]);
    expect(signsAgainstCapture(withPids(0, 812))).to.have.lengthOf(1);
  });

  it('knows makedumpfile by a list of what was erased', async () => {
    const note: Note = {
      name: 'ERASEINFO',
      type: 0,
      descriptor: new Uint8Array(8),
      fileOffset: 9000,
    };
    const [sign] = origins(await header({ e_type: 4, e_ehsize: 64 }, { notes: [note] }));
    expect(sign).to.deep.include({
      who: 'makedumpfile',
      at: [{ fileOffset: 9000, note: 'ERASEINFO' }],
    });
  });

  it('names no writer on phys_base 0 alone', async () => {
    expect(await originOf(await header({ header_version: 6, phys_base: 0n }))).to.equal(
      'unknown/unknown',
    );
  });

  it('never fails, whatever facts a format gives', () => {
    const stated = <Value>(value: fc.Arbitrary<Value>) => fc.record({ value, at: fc.constant([]) });
    const text = stated(fc.string());
    const utsname = fc.record({
      sysname: text,
      nodename: text,
      release: text,
      version: text,
      machine: text,
      domainname: text,
    });
    const hint = fc.record({
      kind: fc.constant('physBase' as const),
      value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      isUnknownMarker: fc.boolean(),
      at: fc.constant([]),
    });
    const facts: fc.Arbitrary<ImageFacts> = fc.record(
      { hints: fc.array(hint, { maxLength: 2 }), utsname },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(facts, fc.string(), (given, vmcoreinfo) => {
        const dump = dumpOf(emptyMemory(), { facts: given, vmcoreinfo });
        expect(origins(dump).every((finding) => Number.isFinite(finding.score))).to.equal(true);
        for (const finding of findingsOf(headerValue, dump)) {
          expect(finding.kind).to.be.oneOf(['candidate', 'remark']);
        }
      }),
    );
  });

  it('says for every sign why it counts', async () => {
    for (const finding of origins(
      await header(makedumpfileHeader, { notes: [qemuNote], vmcoreinfo: crashed }),
    )) {
      expect(finding.because).to.match(/\w+ \w+/);
    }
  });

  it('sees the decimal phys_base that QEMU misread, and takes the true one', async () => {
    const dump = await header(
      { ...qemuHeader, phys_base: 0xfffffff8ffbb7898n },
      { vmcoreinfo: 'OSRELEASE=6.1.0\nNUMBER(phys_base)=-700448768\n' },
    );
    const findings = findingsOf(markerCheck, dump);
    expect(
      findings
        .filter((finding) => finding.kind === 'contradiction')
        .map((finding) => finding.claim),
    ).to.deep.equal([{ physBase: -0x700448768 }]);
    expect(
      findings.filter((finding) => finding.kind === 'candidate').map((finding) => finding.claim),
    ).to.deep.equal([{ physBase: -700448768 }]);
    expect(findingsOf(headerValue, dump)).to.deep.equal([]);
  });

  it('does not see a misreading in a header that is right', async () => {
    const dump = await header(
      { ...qemuHeader, phys_base: 0x600000n },
      { vmcoreinfo: 'OSRELEASE=6.1.0\nNUMBER(phys_base)=6291456\n' },
    );
    expect(
      findingsOf(markerCheck, dump).filter((finding) => finding.kind !== 'origin'),
    ).to.deep.equal([]);
  });
});

describe('header-value', () => {
  it('takes QEMU’s phys_base as a hint and anyone else’s as weak', async () => {
    expect(await headerFinding(qemuHeader)).to.deep.include({
      kind: 'candidate',
      strength: 'hint',
      claim: { physBase: 0 },
    });
    expect(await headerFinding(makedumpfileHeader)).to.deep.include({
      kind: 'candidate',
      strength: 'weak',
      claim: { physBase },
    });
  });

  // "is 0x0, but QEMU always writes 0" read as if something else had been written.
  it('calls 0 QEMU’s default, and no other value', async () => {
    expect(await headerFinding(qemuHeader)).to.include({
      because: "the header's phys_base 0x0 is only QEMU's default",
    });
    for (const fields of [qemuHeader, makedumpfileHeader]) {
      expect(await headerFinding({ ...fields, phys_base: 0x200000n })).to.include({
        because: "the header's phys_base is 0x200000",
      });
    }
  });

  it('takes the marker ~0 for what it is: no value', async () => {
    expect(await headerFinding({ ...qemuHeader, phys_base: 0xffffffffffffffffn })).to.equal(
      undefined,
    );
    expect(
      findingsOf(markerCheck, await header({ ...qemuHeader, phys_base: 0xffffffffffffffffn })).map(
        (finding) => finding.kind,
      ),
    ).to.include('remark');
  });

  it('remarks on a value that cannot be a phys_base', async () => {
    expect((await headerFinding({ ...makedumpfileHeader, phys_base: 0x123456n }))?.kind).to.equal(
      'remark',
    );
    expect(
      (await headerFinding({ ...makedumpfileHeader, phys_base: 0x7000000000000000n }))?.kind,
    ).to.equal('remark');
  });

  it('is believed only where page tables bear it out', async () => {
    const memory = emptyMemory();
    const { root } = kernelIn(memory);
    const right = dumpOf(memory, { facts: await factsIn(makedumpfileHeader), cr3: [root] });
    const wrong = dumpOf(memory, { facts: await factsIn(qemuHeader), cr3: [root] });
    expect((await verdictBy('header-value', right)).kernel?.physBase).to.equal(physBase);
    expect((await verdictBy('header-value', wrong)).kernel).to.equal(null);
  });
});

describe('vmcoreinfo-note', async () => {
  it('says all that the note says, and is borne out by the kernel’s own page tables', async () => {
    const memory = emptyMemory();
    const { vmcoreInfo, root } = kernelIn(memory);
    const verdict = await verdictBy('vmcoreinfo-note', dumpOf(memory, { vmcoreinfo: vmcoreInfo }));
    expect(verdict.confidence).to.equal('certain');
    expect(verdict.kernel).to.deep.include({
      physBase,
      kaslrOffset,
      root: rootAt(root),
      release: '6.9.1-test',
    });
  });

  it('is not believed where memory holds another kernel', async () => {
    const memory = emptyMemory();
    const { root } = kernelIn(memory);
    const vmcoreinfo =
      'OSRELEASE=6.1.0\nNUMBER(phys_base)=6291456\nSYMBOL(init_top_pgt)=ffffffff82a10000\nKERNELOFFSET=0\n';
    const verdict = await verdictBy('vmcoreinfo-note', dumpOf(memory, { vmcoreinfo, cr3: [root] }));
    expect(verdict.kernel).to.equal(null);
  });

  it('knows that the kernel runs whose memory is read at work', () => {
    const at = [{ fileOffset: 0x364, note: 'CORE' }];
    const facts = { takenWhileRunning: { because: 'it is /proc/kcore', at } };
    const vmcoreinfo = 'OSRELEASE=6.1.0\nNUMBER(phys_base)=0\n';
    const dump = dumpOf(emptyMemory(), { facts, vmcoreinfo });
    expect(findingsOf(markerCheck, dump)).to.deep.include({
      kind: 'remark',
      because: 'it is /proc/kcore: pages are of different moments',
      at,
    });
    expect(findingsOf(vmcoreInfoNote, dump)[0]).to.deep.include({ role: 'running' });
    expect(
      findingsOf(vmcoreInfoNote, dumpOf(emptyMemory(), { vmcoreinfo }))[0],
    ).to.not.have.property('role');
  });

  it('leaves out what the note does not say', () => {
    const dump = dumpOf(emptyMemory(), { vmcoreinfo: 'OSRELEASE=4.1.0\nKERNELOFFSET=2000000\n' });
    expect(findingsOf(vmcoreInfoNote, dump)[0]).to.deep.include({
      claim: { kaslrOffset: 0x2000000, release: '4.1.0' },
    });
    expect(
      findingsOf(vmcoreInfoNote, dumpOf(emptyMemory(), { vmcoreinfo: 'nothing\n' })),
    ).to.deep.equal([]);
  });
});
