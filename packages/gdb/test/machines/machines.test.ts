import { arm64, plugin } from '@vmcorekit/architectures';
import { type Architecture, CORE_NOTE_NAME, NT_PRSTATUS } from '@vmcorekit/core';
import { gdbMachineOf, gdbMachines } from '@vmcorekit/gdb';
import { linearMemory, memoryDump, SparseMemory, testKernel } from '@vmcorekit/testing';
import { expect } from 'chai';

const range = (prefix: string, first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => `${prefix}${first + index}`);
const x87 = [
  ...range('st', 0, 7),
  ...['fctrl', 'fstat', 'ftag', 'fiseg', 'fioff', 'foseg', 'fooff', 'fop'],
];
const pointerMasks = ['pauth_dmask', 'pauth_cmask', 'pauth_dmask_high', 'pauth_cmask_high'];
const segments = ['cs', 'ss', 'ds', 'es', 'fs', 'gs'];

/**
 * What gdb requires, in the order of its own descriptions. Source: gdb's manual, "Standard Target
 * Features".
 */
const required: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  x86_64: {
    'org.gnu.gdb.i386.core': [
      ...['rax', 'rbx', 'rcx', 'rdx', 'rsi', 'rdi', 'rbp', 'rsp', ...range('r', 8, 15)],
      ...['rip', 'eflags', ...segments, ...x87],
    ],
    'org.gnu.gdb.i386.segments': ['fs_base', 'gs_base'],
  },
  i386: {
    'org.gnu.gdb.i386.core': [
      ...['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'],
      ...['eip', 'eflags', ...segments, ...x87],
    ],
  },
  arm64: {
    'org.gnu.gdb.aarch64.core': [...range('x', 0, 30), 'sp', 'pc', 'cpsr'],
    'org.gnu.gdb.aarch64.pauth_v2': pointerMasks,
  },
  arm: { 'org.gnu.gdb.arm.core': [...range('r', 0, 12), 'sp', 'lr', 'pc', 'cpsr'] },
  riscv64: {
    'org.gnu.gdb.riscv.cpu': [
      ...['zero', 'ra', 'sp', 'gp', 'tp', 't0', 't1', 't2', 'fp', 's1', ...range('a', 0, 7)],
      ...[...range('s', 2, 11), ...range('t', 3, 6), 'pc'],
    ],
  },
  s390x: {
    'org.gnu.gdb.s390.core': ['pswm', 'pswa', ...range('r', 0, 15)],
    'org.gnu.gdb.s390.acr': range('acr', 0, 15),
    'org.gnu.gdb.s390.fpr': ['fpc', ...range('f', 0, 15)],
  },
  ppc64: {
    'org.gnu.gdb.power.core': [...range('r', 0, 31), 'pc', 'msr', 'cr', 'lr', 'ctr', 'xer'],
  },
  loongarch64: {
    'org.gnu.gdb.loongarch.base': [...range('r', 0, 31), 'orig_a0', 'pc', 'badv'],
    'org.gnu.gdb.loongarch.fpu': [...range('f', 0, 31), ...range('fcc', 0, 7), 'fcsr'],
    'org.gnu.gdb.loongarch.lsx': range('vr', 0, 31),
    'org.gnu.gdb.loongarch.lasx': range('xr', 0, 31),
    'org.gnu.gdb.loongarch.lbt': [...range('scr', 0, 3), 'eflags', 'ftop'],
  },
};
/** Features of this library, whose registers are not in the note that every dump has. */
const ownPrefix = 'org.vmcorekit.';

/** This library's names of what NT_PRSTATUS has. */
function namesInDumps({ registers, machines, byteOrder = 'little' }: Architecture): string[] {
  const descriptor = new Uint8Array(machines.prstatusSizeInBytes ?? 0);
  const note = { name: CORE_NOTE_NAME, type: NT_PRSTATUS, descriptor, fileOffset: 0 };
  return [...(registers?.read(note, byteOrder)?.registers.keys() ?? [])];
}

describe('the machines of gdb', () => {
  it('are all whose kernels this library reads', () => {
    const names = (plugin.architectures ?? []).filter(({ mmu }) => mmu).map(({ name }) => name);
    expect(gdbMachines.map(({ architecture }) => architecture)).to.have.members(names);
    expect(gdbMachineOf('vax')).to.equal(undefined);
  });

  for (const machine of gdbMachines) {
    const { architecture, features } = machine;
    describe(architecture, () => {
      it('have each register that gdb requires, in its order', () => {
        const standard = features.filter(({ name }) => !name.startsWith(ownPrefix));
        expect(
          Object.fromEntries(
            standard.map(({ name, registers }) => [name, registers.map((each) => each.name)]),
          ),
        ).to.deep.equal(required[architecture]);
      });

      it('name no register twice', () => {
        const names = features.flatMap(({ registers }) => registers.map(({ name }) => name));
        expect(new Set(names)).to.have.property('size', names.length);
      });

      it('take each register from one that dumps have', () => {
        const from = plugin.architectures?.find(({ name }) => name === architecture);
        const inDumps = new Map(from && namesInDumps(from).map((name) => [name, 1n] as const));
        const shown = machine.adapt?.(inDumps) ?? inDumps;
        const missing = features
          .filter(({ name }) => !name.startsWith(ownPrefix))
          .flatMap(({ registers }) => registers)
          .map((register) => (register.from === undefined ? register.name : register.from))
          .filter((name) => name !== null && !shown.has(name) && !pointerMasks.includes(name));
        expect(missing).to.deep.equal([]);
      });

      it('define the types that their registers have', () => {
        const own = features.flatMap(({ types }) =>
          Array.from(types?.matchAll(/<flags id="(\w+)"/g) ?? [], ([, id]) => id),
        );
        const used = features.flatMap(({ registers }) => registers.map(({ type }) => type));
        expect(used).to.include.members(own);
      });
    });
  }
});

describe('the flags of arm64 and x86', () => {
  it('lie within 32 bits, and do not overlap', () => {
    for (const { features } of gdbMachines) {
      for (const { types = '' } of features) {
        const fields = Array.from(
          types.matchAll(/<field name="\w+" start="(\d+)" end="(\d+)"\/>/g),
          ([, start, end]) => [Number(start), Number(end)] as const,
        ).sort(([one], [other]) => one - other);
        for (const [index, [start, end]] of fields.entries()) {
          expect(end).to.be.within(start, 31);
          expect(start).to.be.greaterThan(fields[index - 1]?.[1] ?? -1);
        }
      }
    }
  });
});

describe('the masks of signed pointers of arm64', () => {
  const masksOf = (vmcoreinfo: string) => {
    const memory = new SparseMemory({ ranges: [] });
    const kernel = testKernel({
      dump: memoryDump({ memory, architecture: arm64 }),
      memory: linearMemory(memory, []),
      vmcoreinfo,
    });
    return Object.fromEntries(gdbMachineOf('arm64')?.registersBy?.(kernel) ?? []);
  };

  it('are the bits that the kernel names, and none of programs', () => {
    expect(masksOf('NUMBER(KERNELPACMASK)=0xff7f000000000000\n')).to.deep.equal({
      pauth_dmask: 0n,
      pauth_cmask: 0n,
      pauth_dmask_high: 0xff7f_0000_0000_0000n,
      pauth_cmask_high: 0xff7f_0000_0000_0000n,
    });
  });

  it('are no bits where the kernel signs nothing', () => {
    const masks = masksOf('NUMBER(KERNELPACMASK)=0x0\n');
    expect(Object.values(masks)).to.deep.equal([0n, 0n, 0n, 0n]);
  });
});
