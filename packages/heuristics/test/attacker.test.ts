import { x8664 } from '@vmcorekit/architectures';
import type { Verdict } from '@vmcorekit/core';
import { createToolkit, type LocateOptions } from '@vmcorekit/engine';
import { plugin } from '@vmcorekit/heuristics';
import { plugin as linux, x8664Layout } from '@vmcorekit/linux';
import {
  type BuiltLinuxKernel,
  buildKallsyms,
  buildLinuxKernel,
  type LinuxKernelFields,
  memoryDump,
  PageTableBuilder,
  SparseMemory,
  vmcoreInfoNote,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { rootAt } from './guest.ts';

const megabyte = 0x100000;
const sizeInBytes: number = 1024 * megabyte;
/**
 * The running kernel lies at 512 MiB; the memory around it belongs to the owner of the processes.
 */
const truth = { physBase: 0x1f000000, kaslrOffset: 0, release: '6.1.0-real' } as const;
const imageLink = 0x1000000;

/** One thing that attackers put into memory they own. */
type Decoy =
  | {
      readonly kind: 'note';
      readonly at: number;
      readonly physBase: number;
      readonly kaslrOffset: number;
    }
  | { readonly kind: 'banner'; readonly at: number }
  | { readonly kind: 'kernel'; readonly slot: number; readonly fields: Partial<LinuxKernelFields> };

/**
 * Slots of 16 MiB for forged kernels: image at the start, tables and note after it. Those of the
 * true kernel are left out.
 */
const slots: readonly number[] = Array.from({ length: 64 }, (_, index) => index).filter(
  (index) => index < 28 || index > 40,
);
const slotSize: number = 16 * megabyte;

const slot = fc.constantFrom(...slots);
const steps = fc.integer({ min: 0, max: 20 }).map((count) => count * 0x200000);
const decoy: fc.Arbitrary<Decoy> = fc.oneof(
  fc.record({
    kind: fc.constant('note' as const),
    at: fc
      .tuple(slot, fc.integer({ min: 0xa00, max: 0xfff }))
      .map(([index, page]) => index * slotSize + page * 0x1000),
    physBase: fc.constantFrom(truth.physBase, 0, 0x600000, -0x200000),
    kaslrOffset: steps,
  }),
  fc.record({
    kind: fc.constant('banner' as const),
    at: fc
      .tuple(slot, fc.integer({ min: 0xa00, max: 0xfff }))
      .map(([index, page]) => index * slotSize + page * 0x1000 + 0x80),
  }),
  fc.record({
    kind: fc.constant('kernel' as const),
    slot,
    fields: fc.record(
      {
        kaslrOffset: steps,
        // The slots of a few others: a forged kernel that says it reserved memory for a capture
        // kernel there.
        variables: slot.map((index) => ({
          crashk_res: BigInt(index * slotSize),
          crashk_res_end: BigInt((index + 12) * slotSize - 1),
        })),
        kallsyms: fc.constantFrom('4.6' as const, '6.2' as const, '6.4' as const, null),
        vmcoreInfo: fc.constantFrom(
          {},
          { KERNELOFFSET: '2000000' },
          { 'SYMBOL(init_uts_ns)': null },
        ),
      },
      { requiredKeys: ['kaslrOffset'] },
    ),
  }),
);

const latin1 = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

/** @param variables those of the true kernel */
function build(
  decoys: readonly Decoy[],
  variables: Readonly<Record<string, bigint>> = {},
): {
  readonly memory: SparseMemory;
  readonly running: BuiltLinuxKernel;
} {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  for (const each of decoys) {
    if (each.kind === 'note') {
      const { physBase, kaslrOffset } = each;
      memory.write(
        each.at,
        vmcoreInfoNote(
          `OSRELEASE=6.6.6\nNUMBER(phys_base)=${physBase}\nKERNELOFFSET=${kaslrOffset.toString(16)}\n`,
        ),
      );
    } else if (each.kind === 'banner') {
      memory.write(each.at, latin1('Linux version 6.6.6-forged (a@b) (gcc) #1 SMP\n'));
    } else {
      const start = each.slot * slotSize;
      const { kaslrOffset = 0 } = each.fields;
      buildLinuxKernel({
        memory,
        physBase: start - imageLink - kaslrOffset,
        kaslrOffset,
        vmcoreInfoAt: start + 8 * megabyte,
        tablesFrom: start + 9 * megabyte,
        directMapSizeInBytes: sizeInBytes,
        release: '6.6.6-forged',
        ...each.fields,
      });
    }
  }
  const running = buildLinuxKernel({
    ...truth,
    memory,
    vmcoreInfoAt: 33 * slotSize + 8 * megabyte,
    tablesFrom: 34 * slotSize,
    directMapSizeInBytes: sizeInBytes,
    variables,
  });
  return { memory, running };
}

const locate = (
  { memory, running }: ReturnType<typeof build>,
  hasCpu: boolean,
  options: LocateOptions = {},
): Promise<Verdict> =>
  createToolkit([linux, plugin]).locate(
    memoryDump({
      memory,
      architecture: x8664,
      layout: x8664Layout,
      cpus: hasCpu
        ? [new Map(Object.entries({ cr0: 0x80050033n, cr3: BigInt(running.root), cr4: 0x20n }))]
        : [],
    }),
    options,
  );

function isTrue({ kernel }: Verdict, running: BuiltLinuxKernel): boolean {
  return (
    kernel !== null &&
    kernel.physBase === truth.physBase &&
    (kernel.kaslrOffset === null || kernel.kaslrOffset === truth.kaslrOffset) &&
    (kernel.release === null || kernel.release === truth.release) &&
    (kernel.textVirtualAddress === null ||
      kernel.textVirtualAddress === running.symbols.get('_text')) &&
    (kernel.root === null || kernel.root.tableAddress === running.root)
  );
}

const runs = Number(process.env.VMCOREKIT_ATTACKS ?? 12);

describe('an attacker who owns all memory but the kernel', () => {
  it('never moves the verdict where a CPU shows which kernel runs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(decoy, { maxLength: 8 }), async (decoys) => {
        const built = build(decoys);
        const verdict = await locate(built, true);
        expect(verdict.confidence, verdict.explanation).to.equal('certain');
        expect(isTrue(verdict, built.running), verdict.explanation).to.equal(true);
      }),
      { numRuns: runs },
    );
  });

  it('at worst makes it ambiguous where no CPU does, and still shows the true kernel', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(decoy, { maxLength: 6 }), async (decoys) => {
        const built = build(decoys);
        const verdict = await locate(built, false);
        expect(
          verdict.kernel === null || isTrue(verdict, built.running),
          verdict.explanation,
        ).to.equal(true);
        expect(verdict.candidates.map(({ kernel }) => kernel.physBase)).to.include(truth.physBase);
      }),
      { numRuns: runs },
    );
  });

  it('cannot have a forged kernel taken for the capture kernel of another forged one', async () => {
    const owner = {
      kind: 'kernel',
      slot: 2,
      fields: { kaslrOffset: 0, variables: { crashk_res: 0x4000000n, crashk_res_end: 0x5ffffffn } },
    } as const;
    const built = build([owner, { kind: 'kernel', slot: 5, fields: { kaslrOffset: 0 } }]);
    const verdict = await locate(built, false);
    expect(verdict).to.include({ kernel: null, confidence: 'ambiguous' });
    expect(verdict.candidates.map(({ kernel }) => kernel.physBase)).to.include(truth.physBase);
  });

  it('cannot have the running kernel taken for the capture kernel of a crashed one', async () => {
    const built = build([
      {
        kind: 'kernel',
        slot: 2,
        fields: {
          kaslrOffset: 0,
          variables: {
            crashk_res: 0x20000000n,
            crashk_res_end: 0x2fffffffn,
            panic_cpu: 0n,
            oops_in_progress: 1n,
          },
        },
      },
    ]);
    const { kernel, confidence } = await locate(built, true);
    expect(kernel).to.include({ physBase: truth.physBase, role: 'running' });
    expect(confidence).to.equal('certain');
    const without = await locate(built, false);
    expect(
      without.candidates.map(({ kernel: { physBase, role } }) => [physBase, role]),
    ).to.include.deep.members([[truth.physBase, 'unknown']]);
  });

  it('cannot have it taken for crashed by an image that begins in its reserve', async () => {
    const start = 5 * slotSize;
    const built = build(
      [
        {
          kind: 'kernel',
          slot: 5,
          fields: { kaslrOffset: 0, variables: { elfcorehdr_addr: 0x1000n } },
        },
      ],
      { crashk_res: BigInt(start - slotSize), crashk_res_end: BigInt(start + 0x1fffff) },
    );
    const { kernel, candidates } = await locate(built, true, { all: true });
    expect(kernel).to.include({ physBase: truth.physBase, role: 'running' });
    expect(candidates.map(({ kernel: { role } }) => role)).to.include('capture');
  });

  it('cannot lend the running kernel their own page as root, nor their own note', async () => {
    const built = build([]);
    const { memory, running } = built;
    const [root, third, second] = [0x1000, 0x2000, 0x3000];
    const firstOfDirectMap = 273;
    // The last entry leads to the kernel's own tables; the direct map is linear where it begins,
    // and at the note's address it is not.
    memory.writeUint64(root + 511 * 8, memory.readUint64(running.root + 511 * 8));
    memory.writeUint64(root + firstOfDirectMap * 8, BigInt(third) | 0x63n);
    memory.writeUint64(third, BigInt(second) | 0x63n);
    for (let index = 0; index < 512; index++) {
      memory.writeUint64(
        second + index * 8,
        BigInt(index === 0 ? 0 : 0x400000) | 0x80000000000000e3n,
      );
    }
    const noteAt = 33 * slotSize + 8 * megabyte;
    const forged = running.vmcoreInfo.replace(/KERNELOFFSET=.*/, 'KERNELOFFSET=8000000');
    memory.write(0x400000 + (noteAt % 0x200000), vmcoreInfoNote(forged));
    for (const options of [
      {},
      { skip: ['step-scan'] },
      { all: true },
      { only: ['page-table-search'] },
    ]) {
      const { kernel } = await locate(built, false, options);
      const { physBase, kaslrOffset } = truth;
      expect(kernel, JSON.stringify(options)).to.deep.include({
        physBase,
        kaslrOffset,
        root: rootAt(running.root),
      });
    }
  });

  it('cannot hide the kernel’s read-only data and add symbols of their own after it', async () => {
    const built = build([]);
    const { memory, running } = built;
    const text = running.symbols.get('_text') ?? 0n;
    const large = { lengthInBytes: 0x200000, pageSizeInBytes: 0x200000 } as const;
    const behind = text + 0x600000n;
    const forged = [...running.symbols]
      .map(([name, address]) => ({
        name,
        address: name === 'linux_banner' ? behind + 0x100n : address,
      }))
      .sort((a, b) => (a.address < b.address ? -1 : 1));
    const mapped = (virtualAddress: bigint) => ({
      ...large,
      virtualAddress,
      physicalAddress: running.physical(virtualAddress),
    });
    const tables = new PageTableBuilder(memory, {
      levels: 4,
      root: 0x100000,
      tablesFrom: 0x101000,
    });
    // A page inside the image that was freed after boot: what looks like the kernel's own table.
    tables.place(text, 2, running.physical(text) + 0x500000);
    tables.map({ ...mapped(text), isExecutable: true });
    tables.map({ ...mapped(text + 0x400000n), isWritable: true });
    tables.map({ ...mapped(behind), lengthInBytes: 0x800000 });
    tables.map({
      ...large,
      virtualAddress: 0xffff888000000000n,
      physicalAddress: 0,
      lengthInBytes: sizeInBytes,
      isWritable: true,
    });
    memory.write(
      running.physical(behind) + 0x100,
      latin1('Linux version 6.6.6-forged (a@b) (gcc) #1 SMP\n'),
    );
    const { bytes } = buildKallsyms({
      layout: '6.4',
      symbols: forged,
      virtualAddress: behind + 0x100000n,
    });
    memory.write(running.physical(behind) + 0x100000, bytes);
    for (const options of [{}, { skip: ['step-scan'] }, { all: true }]) {
      const without = await locate(built, false, options);
      expect(without.kernel?.physBase, without.explanation).to.equal(truth.physBase);
      expect(
        isTrue(without, running),
        JSON.stringify(without.kernel, (_, value) =>
          typeof value === 'bigint' ? `${value}` : value,
        ),
      ).to.equal(true);
      const withCpu = await locate(built, true, options);
      expect(withCpu.confidence).to.equal('certain');
      expect(withCpu.kernel).to.deep.include({ ...truth, root: rootAt(running.root) });
    }
  });

  it('cannot put a level on top of the tables of the kernel that runs', async () => {
    const built = build([]);
    const { memory, running } = built;
    // Five levels, of which the second is the kernel's own root: the same image through either.
    const root = 0x1000;
    memory.writeUint64(root + 511 * 8, BigInt(running.root) | 0x63n);
    memory.writeUint64(root + 273 * 8, BigInt(running.root) | 0x63n);
    for (const options of [{}, { skip: ['step-scan'] }, { all: true }]) {
      const { kernel } = await locate(built, false, options);
      expect(kernel, JSON.stringify(options)).to.deep.include({
        ...truth,
        root: rootAt(running.root),
        pagingLevels: 4,
      });
    }
  });
});
