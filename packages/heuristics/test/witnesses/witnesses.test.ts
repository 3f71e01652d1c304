import { latin1Bytes, type Testimony, type Verdict } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { kernelRole, plugin, vmcoreInfoSymbols } from '@vmcorekit/heuristics';
import { plugin as linux } from '@vmcorekit/linux';
import {
  contextFor,
  PageTableBuilder,
  symbolList,
  vmcoreInfoNote,
  withoutProgress,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import {
  type DumpFields,
  dumpOf,
  emptyMemory,
  kaslrOffset,
  kernelIn,
  noteAt,
  physBase,
  placeAt,
  rootAt,
  verdictOf,
  verdictOn,
  viewOf,
} from '../guest.ts';

type KernelFields = Parameters<typeof kernelIn>[1];

async function judged(
  kernel: KernelFields = {},
  told = physBase,
  dump: DumpFields = {},
): Promise<Verdict> {
  const memory = emptyMemory();
  const { root, levels } = kernelIn(memory, kernel);
  return verdictOn(dumpOf(memory, { cr3: [root], levels, ...dump }), { physBase: told });
}

/** A kernel whose banner and `init_uts_ns` name these releases; null for names that are lost. */
async function judgedWithUtsname(
  fields: KernelFields,
  bannerRelease: string,
  utsRelease: string | null = '6.9.1-test',
): Promise<Verdict> {
  const memory = emptyMemory();
  const { root, symbols, physical, banner } = kernelIn(memory, fields);
  memory.write(
    physical(symbols.get('linux_banner') ?? 0n),
    latin1Bytes(`${banner.replace('6.9.1-test', bannerRelease)}\n`),
  );
  if (utsRelease !== null) {
    const names = physical(symbols.get('init_uts_ns') ?? 0n);
    memory.write(names, latin1Bytes('Linux\0'));
    memory.write(names + 2 * 65, latin1Bytes(`${utsRelease}\0`));
  }
  return verdictOn(dumpOf(memory, { cr3: [root] }), { physBase });
}

function rowsBy(
  verdict: Verdict,
  name: string,
): { readonly for: number; readonly against: number } {
  return {
    for: verdict.evidence.filter((row) => row.by === name).length,
    against: verdict.candidates
      .flatMap((candidate) => candidate.contradictions)
      .filter((row) => row.by === name).length,
  };
}

describe('the witnesses', () => {
  for (const levels of [4, 5] as const) {
    it(`confirm a kernel with ${levels} levels of page tables and prove all that is to know of it`, async () => {
      const memory = emptyMemory();
      const kernel = kernelIn(memory, { levels });
      const verdict = await verdictOn(dumpOf(memory, { cr3: [kernel.root], levels }), { physBase });
      expect(verdict.confidence).to.equal('certain');
      expect(verdict.kernel).to.deep.include({
        physBase,
        kaslrOffset,
        textVirtualAddress: 0xffffffffa8e00000n,
        textPhysicalAddress: 0x3800000,
        root: rootAt(kernel.root, levels),
        release: '6.9.1-test',
        banner: kernel.banner,
        buildId: kernel.buildId,
      });
    });
  }

  it('say nothing of a phys_base that no page tables map', async () => {
    const verdict = await judged({}, physBase + 0x200000);
    expect(verdict.kernel).to.equal(null);
    expect(
      verdict.candidates
        .flatMap((candidate) => [...candidate.evidence, ...candidate.contradictions])
        .map((row) => row.by),
    ).to.deep.equal(['told']);
  });

  it('say nothing where the memory holds no kernel', async () => {
    const verdict = await verdictOn(dumpOf(emptyMemory(), { cr3: [0x1000] }), { physBase: 0 });
    expect(verdict.kernel).to.equal(null);
  });

  it('are less sure without symbols, and leave null what only symbols prove', async () => {
    const verdict = await judged({ kallsyms: null });
    expect(verdict.confidence).to.equal('probable');
    expect(verdict.kernel).to.deep.include({
      physBase,
      release: '6.9.1-test',
      kaslrOffset: null,
      textVirtualAddress: null,
    });
  });
});

describe('witness phys-base-variable', () => {
  it('denies a candidate when the kernel’s own variable holds another value', async () => {
    const verdict = await judged({ physBaseVariable: 0x1000000, vmcoreInfoAt: null });
    expect(rowsBy(verdict, 'phys-base-variable')).to.deep.equal({ for: 0, against: 1 });
    expect(verdict.kernel).to.equal(null);
  });

  it('makes a kernel certain by the code that uses the variable, with no data symbols', async () => {
    const verdict = await judged({
      hasOnlyTextSymbols: true,
      hasWeakBanner: true,
      physicalStart: 0x2000000,
    });
    expect(verdict.confidence).to.equal('certain');
    expect(verdict.kernel).to.deep.include({ physBase, kaslrOffset: null, release: '6.9.1-test' });
  });

  it('makes a kernel probable that has neither symbols nor a banner, by its entry code', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { kallsyms: null });
    memory.write(kernel.physical(kernel.symbols.get('linux_banner') ?? 0n), new Uint8Array(200));
    const verdict = await verdictOn(dumpOf(memory, { cr3: [kernel.root] }), { physBase });
    expect(verdict.confidence).to.equal('probable');
    expect(verdict.kernel).to.deep.include({ physBase, kaslrOffset: null, release: null });
  });

  for (const fields of [{ hasOnlyTextSymbols: true }, { kallsyms: null }] as const) {
    const what = 'kallsyms' in fields ? 'no symbols' : 'text symbols only';
    it(`says nothing where the variable that code uses holds another value, with ${what}`, async () => {
      for (const value of [0, 0x1000000, physBase + 0x1000]) {
        const verdict = await judged({ ...fields, physBaseVariable: value });
        expect(rowsBy(verdict, 'phys-base-variable')).to.deep.equal({ for: 0, against: 0 });
        expect(verdict.confidence).to.equal('probable');
      }
    });
  }

  it('does not believe code whose root table maps another image', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { kallsyms: null });
    // The page of the kernel's own root table is lost: an old kernel's remains lie there.
    const other = kernelIn(memory, {
      physBase: 0x1000000,
      kaslrOffset: 0,
      vmcoreInfoAt: null,
      tablesFrom: 0x2800000,
    });
    memory.write(kernel.root, memory.read(other.root, 0x1000));
    const process = 0x1c00000;
    const tables = new PageTableBuilder(memory, {
      levels: 4,
      root: process,
      tablesFrom: process + 0x1000,
    });
    const text = kernel.symbols.get('_text') ?? 0n;
    const image = { lengthInBytes: 0x200000, pageSizeInBytes: 0x200000 } as const;
    tables.place(text, 2, kernel.physical(kernel.symbols.get('level2_kernel_pgt') ?? 0n));
    for (const [index, rights] of [{ isExecutable: true }, {}, { isWritable: true }].entries()) {
      const virtualAddress = text + BigInt(index * 0x200000);
      tables.map({
        ...image,
        ...rights,
        virtualAddress,
        physicalAddress: kernel.physical(virtualAddress),
      });
    }
    const verdict = await verdictOn(dumpOf(memory, { cr3: [process] }), { physBase });
    expect(rowsBy(verdict, 'banner').for).to.equal(1);
    expect(rowsBy(verdict, 'phys-base-variable')).to.deep.equal({ for: 0, against: 0 });
  });
});

describe('witness banner', () => {
  it('takes of two banners of one release the one with a build number', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { kallsyms: null, hasWeakBanner: true });
    const verdict = await verdictOn(dumpOf(memory, { cr3: [kernel.root] }), { physBase });
    expect(rowsBy(verdict, 'banner')).to.deep.equal({ for: 1, against: 0 });
    expect(verdict.kernel).to.include({ release: '6.9.1-test', banner: kernel.banner });
  });

  it('takes only the release from a banner without build number, and no banner', async () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, { kallsyms: null, hasWeakBanner: true });
    memory.write(kernel.physical(kernel.symbols.get('linux_banner') ?? 0n), new Uint8Array(200));
    const verdict = await verdictOn(dumpOf(memory, { cr3: [kernel.root] }), { physBase });
    expect(verdict.kernel).to.include({ release: '6.9.1-test', banner: null });
  });

  for (const [what, change] of [
    ['of another release', (text: string) => text.replace('6.9.1', '5.5.5')],
    ['of another build', (text: string) => text.replace('#1 ', '#2 ')],
    [
      'of another release without a build number',
      (text: string) => text.replace('6.9.1', '5.5.5').replace(/#.*/, '# SMP'),
    ],
  ] as const) {
    it(`does not choose where a second banner is ${what}`, async () => {
      const memory = emptyMemory();
      const kernel = kernelIn(memory, { kallsyms: null });
      memory.write(
        kernel.physical(kernel.symbols.get('linux_banner') ?? 0n) + 0x4000,
        latin1Bytes(`${change(kernel.banner)}\n`),
      );
      const verdict = await verdictOn(dumpOf(memory, { cr3: [kernel.root] }), { physBase });
      expect(rowsBy(verdict, 'banner')).to.deep.equal({ for: 0, against: 0 });
      expect(verdict.kernel).to.include({ release: null, banner: null });
    });
  }

  it('proves no release where init_uts_ns names another than a damaged banner', async () => {
    const { kernel, contradictions } = await judgedWithUtsname(
      { vmcoreInfoAt: null },
      '7.9.1-test',
    );
    expect(kernel).to.include({ release: null, banner: null, physBase });
    expect(contradictions.map(({ because }) => because).join('\n'))
      .to.include("reads 'Linux version 7.9.1-test (")
      .and.to.include('is of release 6.9.1-test, the banner at 0xffffffffa9000080 of 7.9.1-test');
  });

  for (const [what, bannerRelease, utsRelease] of [
    ['init_uts_ns', '7.9.1-test', '6.9.1-test'],
    ['a banner', '6.9.1-test', '7.9.1-test'],
  ] as const) {
    it(`takes the release of ${what} where VMCOREINFO agrees`, async () => {
      const { kernel, contradictions } = await judgedWithUtsname({}, bannerRelease, utsRelease);
      expect(kernel?.release).to.equal('6.9.1-test');
      expect(kernel?.banner === null).to.equal(bannerRelease === '7.9.1-test');
      expect(contradictions.map(({ claim }) => claim.release)).to.include('7.9.1-test');
    });
  }

  it('proves no release where a damaged banner hides its own', async () => {
    const { kernel } = await judgedWithUtsname({ vmcoreInfoAt: null }, '6.9.1\u00adtest');
    expect(kernel).to.include({ release: null, banner: null, physBase });
  });

  for (const [what, utsRelease] of [
    ['names the same release', '6.9.1-test'],
    ['holds no whole release', '6.9.1\u00adtest'],
    ['is not in memory', null],
  ] as const) {
    it(`believes a banner where init_uts_ns ${what}`, async () => {
      const { kernel, contradictions } = await judgedWithUtsname(
        { vmcoreInfoAt: null },
        '6.9.1-test',
        utsRelease,
      );
      expect(kernel?.release).to.equal('6.9.1-test');
      expect(kernel?.banner).to.include('Linux version 6.9.1-test (');
      expect(contradictions).to.deep.equal([]);
    });
  }

  it('reports a release that another source claims, and takes the banner’s', async () => {
    const memory = emptyMemory();
    const { root } = kernelIn(memory);
    const dump = dumpOf(memory, { cr3: [root] });
    const verdict = await createToolkit([linux, { ...plugin, heuristics: [] }]).locate(dump, {
      told: { physBase, release: '5.0.0-other' },
    });
    expect(verdict.kernel?.release).to.equal('6.9.1-test');
    expect(rowsBy(verdict, 'banner')).to.deep.equal({ for: 1, against: 1 });
  });
});

describe('witness vmcoreinfo-symbols', () => {
  it('leaves the KASLR offset null where the kernel keeps no VMCOREINFO', async () => {
    const verdict = await judged({ vmcoreInfoAt: null });
    expect(verdict.kernel?.physBase).to.equal(physBase);
    expect(verdict.kernel?.kaslrOffset).to.equal(null);
  });

  it('denies a candidate when the kernel’s own VMCOREINFO names another phys_base', async () => {
    const verdict = await judged({ vmcoreInfo: { 'NUMBER(phys_base)': '0' } });
    expect(rowsBy(verdict, 'vmcoreinfo-symbols')).to.deep.equal({ for: 0, against: 1 });
    expect(verdict.kernel).to.equal(null);
  });

  it('denies a candidate when the kernel’s own VMCOREINFO has its symbols elsewhere', async () => {
    const verdict = await judged({ vmcoreInfo: { 'SYMBOL(init_uts_ns)': 'ffffffff82000000' } });
    expect(rowsBy(verdict, 'vmcoreinfo-symbols')).to.deep.equal({ for: 0, against: 1 });
  });

  it('leaves the KASLR offset null where the kernel’s VMCOREINFO has an impossible one', async () => {
    for (const KERNELOFFSET of ['27e00001', 'fffffffff0000000', '40000000']) {
      const verdict = await judged({ vmcoreInfo: { KERNELOFFSET } });
      expect(verdict.kernel).to.deep.include({ physBase, kaslrOffset: null });
    }
  });

  it('reads the note an old kernel keeps inside its image', async () => {
    const memory = emptyMemory();
    const first = kernelIn(memory, { vmcoreInfoAt: null });
    const symbol = first.symbols.get('vmcoreinfo_note') ?? 0n;
    kernelIn(memory, { vmcoreInfoAt: first.physical(symbol), variables: { vmcoreinfo_note: 0n } });
    const verdict = await verdictOn(dumpOf(memory, { cr3: [first.root] }), { physBase });
    expect(verdict.kernel?.kaslrOffset).to.equal(kaslrOffset);
  });

  it('lets no false note elsewhere in memory speak', async () => {
    const memory = emptyMemory();
    const { root } = kernelIn(memory);
    kernelIn(memory, {
      physBase: 0x200000,
      kaslrOffset: 0,
      vmcoreInfoAt: noteAt + 0x1000,
      tablesFrom: 0x2800000,
    });
    const verdict = await verdictOn(dumpOf(memory, { cr3: [root] }), { physBase });
    expect(verdict.kernel).to.deep.include({ physBase, kaslrOffset });
  });
});

describe('witness vmcoreinfo-symbols', () => {
  it('says that nothing proves a KASLR offset which the copy of the note denies', () => {
    const memory = emptyMemory();
    const { root, symbols } = kernelIn(memory, { vmcoreInfoTextAt: 0x1390000 });
    const denied = 0x12400000;
    const note = kernelIn(emptyMemory(), { vmcoreInfo: { KERNELOFFSET: denied.toString(16) } });
    memory.write(noteAt, vmcoreInfoNote(note.vmcoreInfo));
    const dump = dumpOf(memory, { cr3: [root] });
    const kernel = viewOf(dump, root, symbolList(Object.fromEntries(symbols)));
    const said = withoutProgress<Testimony>(
      vmcoreInfoSymbols.testify(contextFor(dump), { claim: placeAt(physBase), kernel }),
    );
    expect(said.at(-1)).to.deep.include({ claim: { kaslrOffset: denied }, strength: 'strong' });
    expect(said.at(-1)?.because).to.match(/; this KASLR offset is unusual, and nothing proves it$/);
  });
});

describe('witness kernel-role', () => {
  it('says where a kernel keeps memory for a capture kernel', () => {
    const memory = emptyMemory();
    const kernel = kernelIn(memory, {
      variables: { crashk_res: 0x4000000n, crashk_res_end: 0x5ffffffn },
    });
    const dump = dumpOf(memory);
    const symbols = symbolList(Object.fromEntries(kernel.symbols));
    const said = kernelRole.testify(contextFor(dump), {
      claim: placeAt(physBase),
      kernel: viewOf(dump, kernel.root, symbols),
    });
    expect([...said].map((each) => 'captureReserve' in each && each.captureReserve)).to.deep.equal([
      { start: 0x4000000, end: 0x6000000 },
    ]);
  });

  const logAt = 0x4000000;
  const log = { log_buf: 0xffff888000000000n + BigInt(logAt), log_buf_len: 0x2000n };
  const commandLine = { saved_command_line: log.log_buf + 0xff0n };
  const cases: readonly {
    readonly variables: Record<string, bigint>;
    readonly log?: string;
    readonly crashTime?: string;
    readonly role: string;
  }[] = [
    { variables: {}, role: 'running' },
    { variables: { panic_cpu: 0n }, role: 'unknown' },
    { variables: { panic_cpu: 1n }, role: 'unknown' },
    { variables: { panic_cpu: 0n, ...log }, role: 'unknown' },
    { variables: { panic_cpu: 0n, ...log }, log: 'Linux version 6.9.1-test', role: 'running' },
    {
      variables: { panic_cpu: 0n, oops_in_progress: 0x7f454c46n, ...log },
      log: 'Linux version',
      role: 'running',
    },
    { variables: { panic_cpu: 0x12345n, oops_in_progress: 1n }, role: 'unknown' },
    { variables: { oops_in_progress: 1n }, role: 'running' },
    { variables: log, log: 'Kernel panic - not syncing: sysrq', role: 'running' },
    { variables: { panic_cpu: 0n, oops_in_progress: 1n }, role: 'crashed' },
    {
      variables: { panic_cpu: 1n, ...log },
      log: 'Kernel panic - not syncing: sysrq',
      role: 'crashed',
    },
    { variables: {}, crashTime: '1700000000', role: 'crashed' },
    { variables: { elfcorehdr_addr: 0x7000000n }, role: 'capture' },
    {
      variables: { elfcorehdr_addr: 0x7000000n, panic_cpu: 1n, oops_in_progress: 1n },
      role: 'capture',
    },
    {
      variables: { elfcorehdr_addr: 0x7000000n, ...commandLine },
      log: 'quiet elfcorehdr=114688K',
      role: 'capture',
    },
    {
      variables: { elfcorehdr_addr: -2n, ...commandLine },
      log: 'quiet elfcorehdr=114688K',
      role: 'capture',
    },
    { variables: { elfcorehdr_addr: 0x7000000n, ...commandLine }, log: 'quiet', role: 'unknown' },
    { variables: { elfcorehdr_addr: -2n, ...commandLine }, log: 'quiet', role: 'unknown' },
    { variables: { elfcorehdr_addr: -2n }, role: 'capture' },
    { variables: { elfcorehdr_addr: 0x7000001n }, role: 'unknown' },
    { variables: { elfcorehdr_addr: 0xffff_ff7f_ffff_ffffn }, role: 'unknown' },
    { variables: { elfcorehdr_addr: 0n }, role: 'unknown' },
    { variables: { elfcorehdr_addr: 0n, ...commandLine }, log: 'quiet', role: 'running' },
    {
      variables: { elfcorehdr_addr: 0x7000001n, panic_cpu: 1n, oops_in_progress: 1n },
      role: 'crashed',
    },
  ];
  for (const { variables, log: text, crashTime, role } of cases) {
    const also = [
      ...Object.keys(variables),
      ...(text === undefined ? [] : [`'${text}'`]),
      ...(crashTime === undefined ? [] : ['CRASHTIME']),
    ];
    it(`calls a kernel ${role} that has ${also.join(', ') || 'no sign'}`, async () => {
      const memory = emptyMemory();
      const { root } = kernelIn(memory, {
        variables,
        ...(crashTime === undefined ? {} : { vmcoreInfo: { CRASHTIME: crashTime } }),
      });
      // The text lies across the end of a page.
      memory.write(logAt + 0xff0, latin1Bytes(text ?? ''));
      const verdict = await verdictOn(dumpOf(memory, { cr3: [root] }), { physBase });
      expect(verdict.kernel?.role).to.equal(role);
    });
  }

  // It was called crashed: CPU 0 is what a page of zeros reads.
  it('says nothing where panic_cpu was wiped, and what says where the log is with it', async () => {
    const memory = emptyMemory();
    const built = kernelIn(memory, { variables: log });
    const { root, symbols } = built;
    memory.write(logAt, latin1Bytes('Kernel panic - not syncing: written by a process'));
    memory.write(built.physical(symbols.get('panic_cpu') ?? 0n) & ~0xfff, new Uint8Array(0x1000));
    const dump = dumpOf(memory, { cr3: [root] });
    const names = ['panic_cpu', 'oops_in_progress', 'log_buf', 'log_buf_len'];
    const lasting = symbolList(
      Object.fromEntries(names.map((name) => [name, symbols.get(name) ?? 0n])),
    );
    const kernel = viewOf(dump, root, lasting);
    const said = withoutProgress<Testimony>(
      kernelRole.testify(contextFor(dump), { claim: placeAt(physBase), kernel }),
    );
    expect(said).to.deep.equal([]);
  });

  it('does not call a kernel running if panic_cpu is lost and its log has a panic', async () => {
    const memory = emptyMemory();
    const { root, symbols, physical } = kernelIn(memory, { variables: { ...log, panic_cpu: 1n } });
    memory.write(logAt, latin1Bytes('Kernel panic - not syncing: sysrq'));
    memory.lose(physical(symbols.get('panic_cpu') ?? 0n) & ~0xfff, 'excluded');
    const verdict = await createToolkit([linux, plugin]).locate(dumpOf(memory, { cr3: [root] }));
    expect(verdict.kernel?.role).to.equal('unknown');
  });

  it('does not know the role if symbols lack panic_cpu and the log has a panic', () => {
    const memory = emptyMemory();
    const { root, symbols } = kernelIn(memory, { variables: { ...log, panic_cpu: 1n } });
    memory.write(logAt, latin1Bytes('Kernel panic - not syncing: sysrq'));
    const dump = dumpOf(memory, { cr3: [root] });
    const named = ['log_buf', 'log_buf_len'].map((name) => [name, symbols.get(name) ?? 0n]);
    const kernel = viewOf(dump, root, symbolList(Object.fromEntries(named)));
    const said = withoutProgress<Testimony>(
      kernelRole.testify(contextFor(dump), { claim: placeAt(physBase), kernel }),
    );
    expect(said.map((each) => 'role' in each && each.role)).to.deep.equal(['unknown']);
  });

  it('does not know the role of a kernel whose panic_cpu was wiped, without CPUs', async () => {
    const memory = emptyMemory();
    kernelIn(memory, { variables: { panic_cpu: 0n } });
    const verdict = await verdictOf(dumpOf(memory));
    expect(verdict.kernel?.role).to.equal('unknown');
  });
});
