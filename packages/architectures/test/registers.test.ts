import {
  arm,
  arm64,
  i386,
  loongarch64,
  mips,
  mips64,
  plugin,
  ppc64,
  riscv64,
  s390x,
  x8664,
} from '@vmcorekit/architectures';
import {
  type Architecture,
  type Note,
  type NoteRegisters,
  NT_PRSTATUS,
  type TranslationRoot,
} from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { mmuOf, rootAt } from './root-at.ts';

function note(fields: Partial<Note> & Pick<Note, 'descriptor'>): Note {
  return { name: 'CORE', type: NT_PRSTATUS, fileOffset: 0, ...fields };
}

/** A descriptor whose register slots, from `registersAt` on, hold 1, 2, 3 and so on. */
function numberedDescriptor(
  size: number,
  registersAt: number,
  width: 4 | 8,
  pidAt: number,
  isLittle: boolean,
): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  for (let at = registersAt, value = 1; at + width <= size - width; at += width, value++) {
    if (width === 8) {
      view.setBigUint64(at, BigInt(value), isLittle);
    } else {
      view.setUint32(at, value, isLittle);
    }
  }
  view.setInt32(pidAt, 4711, isLittle);
  return bytes;
}

/** Slots counted from 1, as Linux's struct of that architecture orders them. */
const layouts: readonly {
  readonly architecture: Architecture;
  readonly size: number;
  readonly slots: Readonly<Record<string, number>>;
  readonly isLittle: boolean;
}[] = [
  {
    architecture: x8664,
    size: 336,
    slots: { r15: 1, rax: 11, rip: 17, rsp: 20, gs_base: 23, gs: 27 },
    isLittle: true,
  },
  {
    architecture: i386,
    size: 144,
    slots: { ebx: 1, eax: 7, eip: 13, eflags: 15, esp: 16, ss: 17 },
    isLittle: true,
  },
  {
    architecture: arm64,
    size: 392,
    slots: { x0: 1, x30: 31, sp: 32, pc: 33, pstate: 34 },
    isLittle: true,
  },
  {
    architecture: arm,
    size: 148,
    slots: { r0: 1, fp: 12, sp: 14, pc: 16, cpsr: 17 },
    isLittle: true,
  },
  {
    architecture: ppc64,
    size: 504,
    slots: { r0: 1, r1: 2, nip: 33, lr: 37, dar: 42 },
    isLittle: false,
  },
  { architecture: ppc64, size: 504, slots: { r1: 2, nip: 33 }, isLittle: true },
  {
    architecture: riscv64,
    size: 376,
    slots: { pc: 1, ra: 2, sp: 3, a0: 11, s11: 28, t6: 32 },
    isLittle: true,
  },
  {
    architecture: mips,
    size: 256,
    slots: { r0: 7, r29: 36, lo: 39, epc: 41, cause: 44 },
    isLittle: false,
  },
  {
    architecture: mips64,
    size: 480,
    slots: { r0: 1, r29: 30, epc: 35, cause: 38 },
    isLittle: false,
  },
  {
    architecture: loongarch64,
    size: 480,
    slots: { r0: 1, r3: 4, orig_a0: 33, csr_era: 34 },
    isLittle: true,
  },
];

describe('NT_PRSTATUS', () => {
  for (const { architecture, size, slots, isLittle } of layouts) {
    const order = isLittle ? 'little' : 'big';
    it(`of ${architecture.name}, ${order}-endian, gives the pid and the registers by name`, () => {
      const wide = architecture.wordSizeInBits === 64;
      const descriptor = numberedDescriptor(
        size,
        wide ? 112 : 72,
        wide ? 8 : 4,
        wide ? 32 : 24,
        isLittle,
      );

      const status = architecture.registers?.read(note({ descriptor }), order);

      expect(status?.from).to.equal('prstatus');
      expect(status?.pid).to.equal(4711);
      expect(
        Object.fromEntries(
          Object.keys(slots).map((name) => [name, Number(status?.registers.get(name))]),
        ),
      ).to.deep.equal(slots);
    });
  }

  it('of ppc64 says the same in the other byte order, and so do its further notes', () => {
    const big = numberedDescriptor(504, 112, 8, 32, false);
    const little = numberedDescriptor(504, 112, 8, 32, true);
    const swapped = (type: number, descriptor: Uint8Array) =>
      ppc64.registers?.inOtherByteOrder?.({ name: 'CORE', type, descriptor });
    expect(swapped(NT_PRSTATUS, big)).to.deep.equal(little);
    const sizes = { 2: 264, 256: 544, 257: 140, 258: 256 };
    for (const [type, size] of Object.entries(sizes)) {
      const descriptor = Uint8Array.from({ length: size }, (_, index) => index % 251);
      const once = swapped(Number(type), descriptor) ?? new Uint8Array(0);
      expect(once, type).not.to.deep.equal(descriptor);
      expect(swapped(Number(type), once), type).to.deep.equal(descriptor);
    }
    const vmx = swapped(
      0x100,
      Uint8Array.from({ length: 544 }, (_, index) => index % 251),
    );
    expect([...(vmx ?? []).slice(0, 2)]).to.deep.equal([15, 14]);
    expect([...(vmx ?? []).slice(512, 514)]).to.deep.equal([13, 12]);
  });

  it('of ppc64 of another size or kind has no other byte order', () => {
    const swapped = (name: string, type: number, size: number) =>
      ppc64.registers?.inOtherByteOrder?.({ name, type, descriptor: new Uint8Array(size) });
    expect(swapped('CORE', NT_PRSTATUS, 500)).to.equal(undefined);
    expect(swapped('QEMU', NT_PRSTATUS, 504)).to.equal(undefined);
    expect(swapped('CORE', 0x103, 504)).to.equal(undefined);
  });

  it('without pr_fpvalid, a word shorter, gives every register all the same', () => {
    for (const { architecture, size, slots, isLittle } of layouts) {
      const wide = architecture.wordSizeInBits === 64;
      const descriptor = numberedDescriptor(
        size,
        wide ? 112 : 72,
        wide ? 8 : 4,
        wide ? 32 : 24,
        isLittle,
      ).slice(0, wide ? -8 : -4);

      const status = architecture.registers?.read(
        note({ descriptor }),
        isLittle ? 'little' : 'big',
      );

      const read = Object.keys(slots).map((name) => [name, Number(status?.registers.get(name))]);
      expect([status?.pid, Object.fromEntries(read)], architecture.name).to.deep.equal([
        4711,
        slots,
      ]);
    }
  });

  it('of an x86-64 CPU that QEMU found outside long mode is a 386’s', () => {
    const descriptor = numberedDescriptor(144, 72, 4, 24, true);
    const status = x8664.registers?.read(note({ descriptor }), 'little');
    expect([status?.pid, status?.registers.get('eip')]).to.deep.equal([4711, 13n]);
  });

  it('of s390x gives the access registers, which are 32 bits wide, too', () => {
    const descriptor = new Uint8Array(336);
    const view = new DataView(descriptor.buffer);
    view.setBigUint64(112, 0x0704c00180000000n);
    view.setBigUint64(120, 0x1234n);
    view.setBigUint64(128 + 15 * 8, 0x5678n);
    view.setUint32(256 + 15 * 4, 9);
    view.setBigUint64(320, 7n);

    const registers = s390x.registers?.read(note({ descriptor }), 'big')?.registers;

    expect(
      ['psw_mask', 'psw_addr', 'r15', 'a15', 'orig_r2'].map((name) => registers?.get(name)),
    ).to.deep.equal([0x0704c00180000000n, 0x1234n, 0x5678n, 9n, 7n]);
  });

  it('of another size or type is not read', () => {
    for (const architecture of plugin.architectures ?? []) {
      expect(
        architecture.registers?.read(note({ descriptor: new Uint8Array(335) }), 'little'),
      ).to.equal(undefined);
      expect(
        architecture.registers?.read(note({ descriptor: new Uint8Array(336), type: 2 }), 'little'),
      ).to.equal(undefined);
    }
  });

  it('never throws, whatever it holds', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 600 }),
        fc.constantFrom('little' as const, 'big' as const),
        (descriptor, order) => {
          for (const architecture of plugin.architectures ?? []) {
            architecture.registers?.read(note({ descriptor }), order);
            architecture.registers?.read(note({ descriptor, name: 'QEMU', type: 0 }), order);
          }
        },
      ),
    );
  });
});

function qemuState(size: 432 | 440, version: number = 1): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, version, true);
  view.setUint32(4, size, true);
  view.setBigUint64(8, 0x11n, true); // rax
  view.setBigUint64(8 + 16 * 8, 0xffffffff81000000n, true); // rip
  view.setUint32(160, 0xaf9b00, true); // cs flags
  view.setUint32(368, 0x40, true); // idt selector
  view.setUint32(372, 0xfff, true); // idt limit
  view.setBigUint64(384, 0xfffffe0000000000n, true); // idt base
  view.setBigUint64(392, 0x80050033n, true); // cr0
  view.setBigUint64(416, 0x1a2b000n, true); // cr3
  view.setBigUint64(424, 0x6b0n, true); // cr4
  if (size === 440) {
    view.setBigUint64(432, 0xffff888007a00000n, true);
  }
  return bytes;
}

/** What an architecture makes of a note of QEMU's. */
function readQemuNote(
  architecture: Architecture,
  fields: Partial<Note> & Pick<Note, 'descriptor'>,
): NoteRegisters | undefined {
  return architecture.registers?.read(note({ name: 'QEMU', type: 0, ...fields }), 'little');
}

describe("QEMU's CPU state", () => {
  it('gives general, segment and control registers', () => {
    const { from, pid, registers } = readQemuNote(x8664, { descriptor: qemuState(440) }) ?? {};
    expect([from, pid]).to.deep.equal(['qemu', undefined]);
    const names = ['rax', 'rip', 'idt_limit', 'idt_base', 'cr0', 'cr3', 'cr4', 'kernel_gs_base'];
    expect(names.map((name) => registers?.get(name))).to.deep.equal([
      0x11n,
      0xffffffff81000000n,
      0xfffn,
      0xfffffe0000000000n,
      0x80050033n,
      0x1a2b000n,
      0x6b0n,
      0xffff888007a00000n,
    ]);
  });

  it('is written so that it reads back, after NT_PRSTATUS of all CPUs', () => {
    const cpus = [numberedDescriptor(336, 112, 8, 32, true), new Uint8Array(336)].map(
      (descriptor, index) => ({
        pid: index === 0 ? null : 77,
        registers: new Map([
          ...(x8664.registers?.read(note({ descriptor }), 'little')?.registers ?? []),
          ...(readQemuNote(x8664, { descriptor: qemuState(440) })?.registers ?? []),
        ]),
      }),
    );
    const written = (x8664.registers?.notesOf?.(cpus, 'little') ?? []).map((each) => note(each));
    expect(written.map(({ name }) => name)).to.deep.equal(['CORE', 'CORE', 'QEMU', 'QEMU']);
    for (const [index, { pid, registers }] of cpus.entries()) {
      const [status, state] = [written[index], written[index + 2]].map(
        (each) => each && x8664.registers?.read(each, 'little'),
      );
      expect(status?.pid).to.equal(pid ?? 1);
      const read = new Map([...(status?.registers ?? []), ...(state?.registers ?? [])]);
      expect(read).to.deep.equal(registers);
    }
  });

  describe('of a machine whose source has no flags of segments', () => {
    const sources: readonly (readonly [string, Record<string, bigint>, bigint])[] = [
      ['states L for a kernel’s code', { cs: 0x10n, rip: 0xffffffff81000000n }, 0xaf9b00n],
      ['states L for a program’s code', { cs: 0x33n, rip: 0x7f0000000000n }, 0xaffb00n],
      ['states none for code below 4 GiB', { cs: 0x23n, rip: 0x400000n }, 0n],
      ['states none without paging', { cr0: 0x11n, cs: 0x10n, rip: 0xffffffff81000000n }, 0n],
      ['states none without a selector', { rip: 0xffffffff81000000n }, 0n],
    ];
    for (const [does, given, flags] of sources) {
      it(does, () => {
        const registers = new Map(Object.entries({ cr0: 0x80050033n, ...given }));
        const [, state] = x8664.registers?.notesOf?.([{ pid: null, registers }], 'little') ?? [];
        const read = state && readQemuNote(x8664, state)?.registers;
        expect(read?.get('cs_flags')).to.equal(flags);
        expect(read && x8664.modeOf?.(read)).to.equal(flags === 0n ? undefined : 'x86_64');
      });
    }
  });

  it('of other machines reads back too, with what s390x has in notes of Linux', () => {
    for (const architecture of [arm64, riscv64, ppc64, s390x]) {
      const size = architecture.machines.prstatusSizeInBytes ?? 0;
      const order = architecture.byteOrder ?? 'little';
      const status = architecture.registers?.read(
        note({ descriptor: numberedDescriptor(size, 112, 8, 32, order === 'little') }),
        order,
      );
      const registers = new Map([
        ...(status?.registers ?? []),
        ...(architecture === s390x ? [['cr13', 0x1234n] as const, ['prefix', 8n] as const] : []),
      ]);
      const written = architecture.registers?.notesOf?.([{ pid: 5, registers }], order) ?? [];
      const read = written.map((each) => architecture.registers?.read(note(each), order));
      expect(read[0]?.pid, architecture.name).to.equal(5);
      const all = new Map(read.flatMap((each) => [...(each?.registers ?? [])]));
      for (const [name, value] of registers) {
        expect(all.get(name), `${architecture.name} ${name}`).to.equal(value);
      }
    }
  });

  it('of QEMU before 3.0 lacks only kernel_gs_base', () => {
    const registers = readQemuNote(x8664, { descriptor: qemuState(432) })?.registers;
    expect([registers?.get('cr3'), registers?.has('kernel_gs_base')]).to.deep.equal([
      0x1a2b000n,
      false,
    ]);
  });

  it('has 32-bit names on i386', () => {
    const registers = readQemuNote(i386, { descriptor: qemuState(440) })?.registers;
    expect([registers?.get('eax'), registers?.get('cr3')]).to.deep.equal([0x11n, 0x1a2b000n]);
  });

  it('of another version, size or name is not read', () => {
    expect(readQemuNote(x8664, { descriptor: qemuState(440, 2) })).to.equal(undefined);
    expect(readQemuNote(x8664, { descriptor: qemuState(440).subarray(0, 436) })).to.equal(
      undefined,
    );
    expect(readQemuNote(x8664, { descriptor: qemuState(440), name: 'CORE' })).to.equal(undefined);
  });
});

describe('the root a CPU used', () => {
  const on = { cr0: 0x80050033n, cr4: 0x6b0n } as const;
  const rootIn = (
    architecture: Architecture,
    registers: Record<string, bigint>,
  ): TranslationRoot | undefined => mmuOf(architecture).rootOf(new Map(Object.entries(registers)));
  const rootOf = (registers: Record<string, bigint>) => rootIn(x8664, registers);

  it('has the flags of CR3 cleared, and four levels without CR4.LA57', () => {
    expect(rootOf({ ...on, cr3: 0x1a2b018n })).to.deep.equal(rootAt(x8664, 0x1a2b000, 4));
  });

  it('has five levels with CR4.LA57', () => {
    expect(rootOf({ ...on, cr4: 0x16b0n, cr3: 0x1a2b000n })?.levels).to.equal(5);
  });

  it("is the kernel's half where the PCID says that it is the user's", () => {
    expect(rootOf({ ...on, cr4: 0x206b0n, cr3: 0x1a2b801n })?.tableAddress).to.equal(0x1a2a000);
    expect(rootOf({ ...on, cr4: 0x206b0n, cr3: 0x1a2b001n })?.tableAddress).to.equal(0x1a2b000);
  });

  it('has the bits of memory encryption and the no-flush bit cleared', () => {
    expect(
      rootOf({ ...on, cr3: (1n << 63n) | (1n << 51n) | (1n << 47n) | 0x1a2b000n })?.tableAddress,
    ).to.equal(0x1a2b000);
  });

  it('is none with paging off, with CR3 0, and without control registers', () => {
    expect(rootOf({ cr0: 0x11n, cr3: 0x1a2b000n, cr4: 0x6b0n })).to.equal(undefined);
    expect(rootOf({ ...on, cr3: 0n })).to.equal(undefined);
    expect(rootOf({ ...on, cr4: 0n, cr3: 0x1000n })).to.equal(undefined);
    expect(rootOf({ rip: 1n })).to.equal(undefined);
  });

  it('of i386 has two levels, or three with PAE and 32-byte alignment', () => {
    expect(rootIn(i386, { cr0: 0x80050033n, cr3: 0x1a2b018n, cr4: 0x90n })).to.deep.equal(
      rootAt(i386, 0x1a2b000, 2),
    );
    expect(rootIn(i386, { cr0: 0x80050033n, cr3: 0x1a2b038n, cr4: 0xb0n })).to.deep.equal(
      rootAt(i386, 0x1a2b020, 3),
    );
  });

  it('has its own key, and says for people where its tables are', () => {
    const all = [
      rootAt(x8664, 0x1a2b000, 4),
      rootAt(x8664, 0x1a2b000, 5),
      rootAt(x8664, 0x1a2c000, 4),
    ];
    expect(new Set(all.map(({ key }) => key)).size).to.equal(3);
    expect(all[1]).to.deep.include({
      summary: '5-level tables at 0x1a2b000',
      tableAddress: 0x1a2b000,
      levels: 5,
    });
    expect(structuredClone(all[0])).to.deep.equal(rootOf({ ...on, cr3: 0x1a2b018n }));
  });

  it("may imply the kernel's half of page-table isolation, at the even page before it", () => {
    expect(mmuOf(x8664).relatedRoots?.(rootAt(x8664, 0x1a2b000, 4))).to.deep.equal([
      rootAt(x8664, 0x1a2a000, 4),
    ]);
    expect(mmuOf(x8664).relatedRoots?.(rootAt(x8664, 0x1a2a000, 4))).to.deep.equal([]);
  });
});
