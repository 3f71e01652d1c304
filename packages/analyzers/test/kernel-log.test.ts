import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { kernelLog } from '@vmcorekit/analyzers';
import { plugin as architectures, x8664 } from '@vmcorekit/architectures';
import { plugin as compressors } from '@vmcorekit/compressors';
import {
  isVmcorekitError,
  type Kernel,
  type LocatedKernel,
  printableLine,
  type Report,
  reportLines,
  resultOf,
  type TypeSource,
  type Verdict,
  VmcoreInfo,
} from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin as elf } from '@vmcorekit/format-elf';
import { plugin as kdump } from '@vmcorekit/format-kdump';
import { plugin as heuristics } from '@vmcorekit/heuristics';
import { btfTypes, kernelTypes, plugin as linux, vmcoreInfoTypes } from '@vmcorekit/linux';
import { FileSource } from '@vmcorekit/node';
import {
  linearMemory,
  locatedKernel,
  memoryDump,
  SparseMemory,
  structsBtf,
  symbolList,
  testKernel,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const fixtures = new URL('../../../fixtures/', import.meta.url);
const base = 0xffffffff81000000n;
const sizeInBytes = 0x10000;

interface Sources {
  /** Addresses of variables, by offset. */
  readonly symbols?: Readonly<Record<string, number>>;
  readonly types?: readonly TypeSource[];
}

function run(
  memory: SparseMemory,
  vmcoreinfo: string,
  { symbols = {}, types = [] }: Sources = {},
): Report {
  const dump = memoryDump({ memory, architecture: x8664 });
  const virtual = linearMemory(memory, [
    { virtualAddress: base, physicalAddress: 0, lengthInBytes: sizeInBytes },
  ]);
  const addresses = Object.fromEntries(
    Object.entries(symbols).map(([name, offset]) => [name, base + BigInt(offset)]),
  );
  const kernel = testKernel({
    dump,
    memory: virtual,
    vmcoreinfo,
    types: kernelTypes(vmcoreInfoTypes(new VmcoreInfo(vmcoreinfo)), types),
    ...(Object.keys(symbols).length === 0
      ? {}
      : { symbols: symbolList(addresses, { from: 'kallsyms' }) }),
  });
  return resultOf(kernelLog.run({ dump, verdict: {} as Verdict, kernel }, everything));
}

/** Every message, as dmesg prints it. */
const everything = {
  level: null,
  search: null,
  tail: null,
  bare: false,
  clock: false,
  prefix: false,
};

function newMemory(): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
}

describe('kernel-log', () => {
  it('has no answer, and says what would help, where nothing says where the log is', () => {
    const memory = newMemory();
    const dump = memoryDump({ memory, architecture: x8664 });
    const kernelWith = (vmcoreinfo: string, symbols = symbolList({})) =>
      testKernel({ dump, memory: linearMemory(memory, []), vmcoreinfo, symbols });
    const without = (located: LocatedKernel | null, kernel: Kernel | null) => {
      const verdict = { kernel: located } as Verdict;
      const { text, data, rows } = resultOf(kernelLog.run({ dump, verdict, kernel }, everything));
      expect([...(rows?.rows ?? [null])]).to.deep.equal([]);
      return { text, data };
    };
    const none = (because: string) => ({ text: [`no kernel log: ${because}`], data: null });
    expect(without(null, null)).to.deep.equal(none('no kernel was found in memory'));
    expect(without(locatedKernel(), null)).to.deep.equal(
      none('the page tables of the kernel are not known'),
    );
    const advice = 'a vmlinux of this kernel has the symbols (--symbols VMLINUX)';
    expect(without(locatedKernel(), kernelWith(''))).to.deep.equal(
      none(`the dump holds no VMCOREINFO of its kernel, and there are no symbols of it; ${advice}`),
    );
    expect(
      without(locatedKernel(), kernelWith('PAGESIZE=4096\n', symbolList({ log_buf: base }))),
    ).to.deep.equal(
      none(
        'VMCOREINFO does not say where the log is, and its symbols (the test) name neither prb nor the variables of log_buf; ' +
          advice,
      ),
    );
  });
});

const hexOf = (offset: number) => (base + BigInt(offset)).toString(16);

/** The old log: variables in the first page, 256 bytes of buffer in the second. */
const oldInfo = [
  ...['log_buf', 'log_buf_len', 'log_first_idx', 'log_next_idx'].map(
    (name, index) => `SYMBOL(${name})=${hexOf(8 * index)}`,
  ),
  'SIZE(printk_log)=16',
  'OFFSET(printk_log.ts_nsec)=0',
  'OFFSET(printk_log.len)=8',
  'OFFSET(printk_log.text_len)=10',
  'OFFSET(printk_log.dict_len)=12',
].join('\n');

function oldLog(first: number, next: number): SparseMemory {
  const memory = newMemory();
  for (const [index, value] of [base + 0x1000n, 256n, BigInt(first), BigInt(next)].entries()) {
    memory.writeUint64(8 * index, value);
  }
  return memory;
}

function padded(size: number): number {
  return Math.ceil(size / 4) * 4;
}

function putOld(
  memory: SparseMemory,
  at: number,
  nanoseconds: bigint,
  text: string,
  lengthInBytes = 16 + text.length,
  headerSize = 16,
): void {
  const bytes = new Uint8Array(headerSize + text.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, nanoseconds, true);
  view.setUint16(8, lengthInBytes, true);
  view.setUint16(10, text.length, true);
  view.setUint8(14, 3);
  view.setUint8(15, (4 << 5) | 6);
  bytes.set(new TextEncoder().encode(text), headerSize);
  memory.write(0x1000 + at, bytes);
}

/** A ring of four descriptors and 128 bytes of text, laid out as 64-bit Linux has it. */
const ringInfo = [
  `SYMBOL(prb)=${hexOf(0)}`,
  'SIZE(atomic_long_t)=8',
  'OFFSET(atomic_long_t.counter)=0',
  'SIZE(printk_ringbuffer)=88',
  'OFFSET(printk_ringbuffer.desc_ring)=0',
  'OFFSET(printk_ringbuffer.text_data_ring)=48',
  'SIZE(prb_desc_ring)=48',
  'OFFSET(prb_desc_ring.count_bits)=0',
  'OFFSET(prb_desc_ring.descs)=8',
  'OFFSET(prb_desc_ring.infos)=16',
  'OFFSET(prb_desc_ring.head_id)=24',
  'OFFSET(prb_desc_ring.tail_id)=32',
  'SIZE(prb_desc)=24',
  'OFFSET(prb_desc.state_var)=0',
  'OFFSET(prb_desc.text_blk_lpos)=8',
  'SIZE(prb_data_blk_lpos)=16',
  'OFFSET(prb_data_blk_lpos.begin)=0',
  'OFFSET(prb_data_blk_lpos.next)=8',
  'SIZE(printk_info)=88',
  'OFFSET(printk_info.seq)=0',
  'OFFSET(printk_info.ts_nsec)=8',
  'OFFSET(printk_info.text_len)=16',
  'OFFSET(printk_info.caller_id)=20',
  'SIZE(prb_data_ring)=32',
  'OFFSET(prb_data_ring.size_bits)=0',
  'OFFSET(prb_data_ring.data)=8',
].join('\n');
const descs = 0x1000;
const infos = 0x2000;
const data = 0x3000;

function newRing(tail: bigint, head: bigint): SparseMemory {
  const memory = newMemory();
  const words = [
    2n,
    base + BigInt(descs),
    base + BigInt(infos),
    head,
    tail,
    0n,
    7n,
    base + BigInt(data),
    0n,
    0n,
  ];
  memory.writeUint64(0, base + 0x100n);
  for (const [index, word] of words.entries()) {
    memory.writeUint64(0x100 + 8 * index, word);
  }
  return memory;
}

function putRing(
  memory: SparseMemory,
  id: bigint,
  state: bigint,
  begin: bigint,
  next: bigint,
  text: string,
): void {
  const index = Number(id & 3n);
  for (const [word, value] of [(state << 62n) | id, begin, next].entries()) {
    memory.writeUint64(descs + 24 * index + 8 * word, value);
  }
  const info = 88 * index + infos;
  memory.writeUint64(info, 100n + id);
  memory.writeUint64(info + 8, 5_000_001_000n);
  memory.writeUint64(
    info + 16,
    BigInt(text.length) | (1n << 16n) | (0x40n << 24n) | (0x80000003n << 32n),
  );
  if ((begin & 1n) === 0n) {
    const at = data + (begin >> 7n === (next - 1n) >> 7n ? Number(begin & 127n) : 0);
    memory.writeUint64(at, id);
    memory.write(at + 8, new TextEncoder().encode(text));
  }
}

/** A BTF that says the same. */
function btfOf(text: string): TypeSource {
  return { name: 'BTF', open: () => btfTypes(structsBtf(structsIn(text)), { wordSizeInBits: 64 }) };
}

/** The structures of a VMCOREINFO's SIZE and OFFSET lines. */
function structsIn(text: string): Parameters<typeof structsBtf>[0] {
  const structs: Record<string, { size: number; members: Record<string, number> }> = {};
  for (const [, struct = '', size] of text.matchAll(/^SIZE\((\w+)\)=(\d+)$/gm)) {
    structs[struct] = { size: Number(size), members: {} };
  }
  for (const [, struct = '', member = '', offset] of text.matchAll(
    /^OFFSET\((\w+)\.(\w+)\)=(\d+)$/gm,
  )) {
    Object.assign(structs[struct]?.members ?? {}, { [member]: Number(offset) });
  }
  return structs;
}

describe('kernel-log', () => {
  for (const name of [
    'trixie-kaslr',
    'backports-kaslr',
    'la57',
    'ovmf-nokaslr',
    'seabios-kaslr-pti',
  ]) {
    it(`prints what dmesg printed in the guest of ${name}`, async () => {
      const toolkit = createToolkit([compressors, architectures, elf, kdump, linux, heuristics]);
      using dump = await toolkit.open(
        new FileSource(fileURLToPath(new URL(`${name}/dump.kdump`, fixtures))),
      );
      const report = await toolkit.analyze(kernelLog, dump, await toolkit.locate(dump));
      const truth = JSON.parse(readFileSync(new URL(`${name}/truth.json`, fixtures), 'utf8'))
        .kernels[0].kernelLog as string[];
      expect(truth).to.have.length.above(100);
      expect(report.text.slice(0, truth.length)).to.deep.equal(truth.map(printableLine));
    });
  }

  for (const [name, layout] of Object.entries({
    'trixie-kaslr': 'the layout of Linux after 5.10',
    'backports-kaslr': 'the layout of Linux with CONFIG_PRINTK_EXECUTION_CTX',
    'ovmf-nokaslr': 'the layout of Linux after 5.10',
  })) {
    it(`prints it by symbols alone where ${name} lost VMCOREINFO and its types`, async () => {
      const toolkit = createToolkit([compressors, architectures, elf, kdump, linux, heuristics]);
      using whole = await toolkit.open(
        new FileSource(fileURLToPath(new URL(`${name}/dump.kdump`, fixtures))),
      );
      const verdict = await toolkit.locate(whole);
      const { memory, vmcoreinfo } = (await toolkit.openKernel(whole, verdict)) ?? expect.fail();
      const symbols = symbolList(
        { prb: vmcoreinfo.symbol('prb') ?? expect.fail() },
        { from: 'kallsyms' },
      );
      const report = await toolkit.analyze(kernelLog, whole, verdict);
      const lost = resultOf(
        kernelLog.run(
          { dump: whole, verdict, kernel: testKernel({ dump: whole, memory, symbols }) },
          everything,
        ),
      );
      expect(lost.data).to.deep.equal(report.data);
      expect(lost.sources).to.deep.equal({ place: 'kallsyms', layout });
    });
  }

  it('reads records in both states that hold a message, and one that wrapped', () => {
    const memory = newRing(4n, 6n);
    putRing(memory, 4n, 2n, 0n, 40n, 'finalized');
    putRing(memory, 5n, 1n, 120n, 128n + 32n, 'committed\nwrapped \u001b[31m');
    putRing(memory, 6n, 2n, 3n, 3n, '');
    const report = run(memory, ringInfo);
    expect(report.data).to.deep.include({
      sequence: 105,
      nanoseconds: 5_000_001_000,
      level: 2,
      facility: 1,
      caller: 'C3',
      text: 'committed\nwrapped \u001b[31m',
    });
    expect(report.text.slice(-3)).to.deep.equal([
      '[    5.000001] committed',
      '[    5.000001] wrapped \\x1b[31m',
      '[    5.000001] ',
    ]);
  });

  it('prints a tab as a tab, as dmesg does', () => {
    const memory = newRing(4n, 4n);
    putRing(memory, 4n, 2n, 0n, 64n, 'rcu: \tRCU restricting CPUs\u0007');
    expect(run(memory, ringInfo).text).to.deep.equal([
      '[    5.000001] rcu: \tRCU restricting CPUs\\x07',
    ]);
  });

  it('reports unreadable records as lost, by number, and skips reusable ones', () => {
    const memory = newRing(4n, 7n);
    putRing(memory, 4n, 3n, 0n, 16n, 'reusable');
    putRing(memory, 5n, 0n, 0n, 16n, 'reserved');
    putRing(memory, 6n, 2n, 1n, 1n, 'no room');
    putRing(memory, 7n, 2n, 64n, 88n, 'text');
    memory.writeUint64(data + 64, 99n);
    expect(run(memory, ringInfo).data).to.deep.equal([
      { sequence: 105, lost: 'it was being written' },
      { sequence: 106, lost: 'there was no room for its text' },
      { sequence: 107, lost: 'its text was overwritten' },
    ]);
  });

  it('loses a record whose length is larger than its place', () => {
    // A flipped bit gave `65536` the end `36\n\0\0` of an older message.
    const memory = newRing(4n, 5n);
    putRing(memory, 4n, 2n, 0n, 40n, 'first');
    putRing(memory, 5n, 2n, 40n, 56n, 'longer than that');
    expect(run(memory, ringInfo).data)
      .to.be.an('array')
      .that.deep.includes({ sequence: 105, lost: 'its text is longer than its place' });
  });

  it('loses a message that ends in a page of zeros', () => {
    // A zeroed page gave a message a tail of NULs.
    const memory = newRing(4n, 4n);
    putRing(memory, 4n, 2n, 40n, 88n, 'a message of 32 characters, done');
    const place = 0x8fc0;
    memory.writeUint64(0x100 + 8 * 7, base + BigInt(place));
    memory.writeUint64(place + 40, 4n);
    memory.write(place + 48, new TextEncoder().encode('a message of 32 '));
    expect(run(memory, ringInfo).data).to.deep.equal([
      { sequence: 104, lost: 'its text is not in the dump' },
    ]);
  });

  it('counts unreadable records, and adds nothing to a whole log from VMCOREINFO', () => {
    const memory = newRing(4n, 6n);
    putRing(memory, 4n, 2n, 0n, 40n, 'first');
    putRing(memory, 5n, 2n, 40n, 80n, 'second');
    putRing(memory, 6n, 2n, 80n, 120n, 'third');
    const whole = run(memory, ringInfo);
    expect([whole.remarks, whole.sources]).to.deep.equal([
      [],
      { place: 'VMCOREINFO', layout: 'VMCOREINFO' },
    ]);
    memory.exclude(data);
    const report = run(memory, ringInfo);
    expect(report.remarks).to.deep.equal(['3 of 3 records cannot be read']);
    expect((report.data as object[])[1]).to.deep.equal({
      sequence: 105,
      lost: 'its text is not in the dump',
    });
  });

  it('reads by symbols and BTF what the dump’s lost VMCOREINFO would have given', () => {
    const memory = newRing(4n, 6n);
    putRing(memory, 4n, 2n, 0n, 40n, 'first');
    putRing(memory, 5n, 2n, 40n, 80n, 'second');
    putRing(memory, 6n, 2n, 80n, 120n, 'third');
    memory.writeUint64(data + 40, 99n);
    const btf = btfOf(ringInfo);
    const report = run(memory, '', { symbols: { prb: 0 }, types: [btf] });
    expect(report.data).to.deep.equal(run(memory, ringInfo).data);
    expect(report.sources).to.deep.equal({ place: 'kallsyms', layout: 'BTF' });
    expect(report.remarks).to.deep.equal([
      'the log was found by kallsyms, its layout is from BTF',
      '1 of 3 records cannot be read',
    ]);
  });

  it('takes from BTF only what VMCOREINFO lacks, and nothing where they disagree', () => {
    const memory = newRing(4n, 5n);
    putRing(memory, 4n, 2n, 0n, 40n, 'first');
    putRing(memory, 5n, 2n, 40n, 80n, 'second');
    const lacking = ringInfo.replace('OFFSET(printk_info.seq)=0\n', '');
    const report = run(memory, lacking, { types: [btfOf(ringInfo)] });
    expect(report.data).to.deep.equal(run(memory, ringInfo).data);
    expect(report.sources).to.deep.equal({ place: 'VMCOREINFO', layout: 'VMCOREINFO and BTF' });
    const other = run(memory, lacking, {
      types: [
        btfOf(ringInfo.replace('OFFSET(printk_info.ts_nsec)=8', 'OFFSET(printk_info.ts_nsec)=0')),
      ],
    });
    expect(other.sources).to.deep.equal({
      place: 'VMCOREINFO',
      layout: 'the layout of Linux after 5.10',
    });
  });

  it('asks no richer source where VMCOREINFO gives all, for BTF has thousands of pages', () => {
    const memory = newRing(4n, 4n);
    putRing(memory, 4n, 2n, 0n, 40n, 'first');
    const never = { name: 'BTF', open: (): never => expect.fail('BTF was read') };
    expect(run(memory, ringInfo, { types: [never] }).text).to.deep.equal(['[    5.000001] first']);
  });

  it('reads by a layout Linux has had, where every record fits it, and says so', () => {
    const memory = newRing(4n, 6n);
    putRing(memory, 4n, 2n, 0n, 40n, 'first');
    putRing(memory, 5n, 2n, 40n, 80n, 'second');
    putRing(memory, 6n, 0n, 80n, 120n, 'reserved');
    const report = run(memory, '', { symbols: { prb: 0 } });
    expect(report.data).to.deep.equal(run(memory, ringInfo).data);
    expect(report.sources).to.deep.equal({
      place: 'kallsyms',
      layout: 'the layout of Linux after 5.10',
    });
    expect(report.remarks?.[0]).to.equal(
      'the log was found by kallsyms; no source gives the layout of its records: the layout of Linux after 5.10 was tried, and every record fits it',
    );
  });

  it('answers by no layout that the records deny, or that one record alone speaks for', () => {
    const symbols = { prb: 0 };
    const filled = () => {
      const memory = newRing(4n, 6n);
      putRing(memory, 4n, 2n, 0n, 40n, 'first');
      putRing(memory, 5n, 2n, 40n, 80n, 'second');
      putRing(memory, 6n, 2n, 80n, 120n, 'third');
      return memory;
    };
    const changes: Readonly<Record<string, (memory: SparseMemory) => void>> = {
      'a number that does not follow': (memory) => memory.writeUint64(infos + 88, 7n),
      'a descriptor of another record': (memory) =>
        memory.writeUint64(descs + 24, (2n << 62n) | 99n),
      'a text block of another record': (memory) => memory.writeUint64(data + 40, 99n),
      'only one record': (memory) => memory.writeUint64(0x100 + 24, 4n),
    };
    for (const [what, change] of Object.entries(changes)) {
      const memory = filled();
      expect(run(memory, '', { symbols }).data, what).to.have.length(3);
      change(memory);
      const report = run(memory, '', { symbols });
      expect(report.data, what).to.equal(null);
      expect(report.text).to.deep.equal([
        'no kernel log: no source gives the size of struct atomic_long_t, and the log cannot be read without it; ' +
          'a vmlinux of this kernel has the types (--symbols VMLINUX)',
      ]);
    }
  });

  it('reads old records by the layout of 16 or of 20 bytes that their lengths prove', () => {
    for (const headerSize of [16, 20]) {
      const memory = oldLog(200, 40);
      putOld(memory, 200, 1_500_000_000n, 'before the end', padded(headerSize + 14), headerSize);
      putOld(memory, 236, 0n, '', 0);
      putOld(memory, 0, 12_000_000_000n, 'after it', padded(headerSize + 8), headerSize);
      memory.writeUint64(24, BigInt(padded(headerSize + 8)));
      const names = ['log_buf', 'log_buf_len', 'log_first_idx', 'log_next_idx'];
      const symbols = Object.fromEntries(names.map((name, index) => [name, 8 * index]));
      expect(run(memory, '', { symbols }).text).to.deep.equal([
        '[    1.500000] before the end',
        '[   12.000000] after it',
      ]);
      memory.writeUint64(24, BigInt(padded(headerSize + 8) - 4));
      expect(run(memory, '', { symbols }).data).to.equal(null);
    }
  });

  it('refuses a ring that claims more records than it has room for', () => {
    expect(() => run(newRing(0n, 4n), ringInfo)).to.throw('head_id');
  });

  it('reads the records of kernels before 5.10, round the end of the buffer', () => {
    const memory = oldLog(200, 40);
    putOld(memory, 200, 1_500_000_000n, 'before the end');
    putOld(memory, 230, 0n, '', 0);
    putOld(memory, 0, 12_000_001_999n, 'after it, \u001bin two\nlines');
    memory.writeUint64(24, BigInt(16 + 'after it, \u001bin two\nlines'.length));
    const report = run(memory, oldInfo);
    expect(report.text).to.deep.equal([
      '[    1.500000] before the end',
      '[   12.000001] after it, \\x1bin two',
      '[   12.000001] lines',
    ]);
    expect((report.data as object[])[0]).to.deep.equal({
      sequence: null,
      nanoseconds: 1_500_000_000,
      level: 4,
      facility: 3,
      caller: null,
      text: 'before the end',
    });
  });

  it('says so where a length of the old format cannot be, and stops there', () => {
    const memory = oldLog(0, 100);
    putOld(memory, 0, 0n, 'whole');
    putOld(memory, 21, 0n, 'too long', 4000);
    expect(run(memory, oldInfo).text).to.deep.equal([
      '[    0.000000] whole',
      'lost: record (not numbered): the record at byte 21 of the buffer has an impossible length: the rest cannot be found',
    ]);
  });

  it('ends with a report or typed error and no control character, on any memory', () => {
    const change = fc.record({
      at: fc.oneof(fc.integer({ min: 0, max: 0x160 }), fc.integer({ min: 0, max: 0x31ff })),
      value: fc.oneof(
        fc.bigInt({ min: 0n, max: 300n }),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      ),
    });
    const line = fc.record({
      index: fc.nat(30),
      value: fc.oneof(fc.integer({ min: -9, max: 100 }), fc.integer()),
    });
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(change, { maxLength: 12 }),
        fc.array(line, { maxLength: 2 }),
        (isOld, changes, told) => {
          const memory = isOld ? oldLog(0, 100) : newRing(4n, 7n);
          putOld(memory, 0, 0n, 'first');
          for (const { at, value } of changes) {
            memory.writeUint64(at, value);
          }
          const lines = (isOld ? oldInfo : ringInfo).split('\n');
          for (const { index, value } of told) {
            const key = lines[index % lines.length]?.split('=')[0];
            lines[index % lines.length] = `${key}=${value}`;
          }
          try {
            const report = run(memory, lines.join('\n'));
            expect((report.data as object[] | null)?.length ?? 0).to.be.at.most(256);
            expect(reportLines(report.text).join('')).to.match(/^[\t\x20-\x7e\xa0-\xff]*$/);
          } catch (error) {
            expect(isVmcorekitError(error), String(error)).to.equal(true);
          }
        },
      ),
    );
  });
});
