import {
  type Kernel,
  type LocatedKernel,
  noSymbols,
  type StackTrace,
  VmcoreInfo,
} from '@vmcorekit/core';

/** What a test states about a kernel; everything else is empty. */
export interface TestKernelFields
  extends Partial<Omit<Kernel, 'dump' | 'memory' | 'vmcoreinfo' | 'located'>> {
  readonly dump: Kernel['dump'];
  readonly memory: Kernel['memory'];
  /** The text of its VMCOREINFO. */
  readonly vmcoreinfo?: string;
  readonly located?: Partial<LocatedKernel>;
}

const emptyTrace: StackTrace = {
  frames: [],
  end: { reason: 'broken', isComplete: false, detail: 'the test has no unwinder' },
  by: 'none',
  remarks: [],
};

/** An opened kernel around memory that a test built. Every root shows the same memory. */
export function testKernel({ vmcoreinfo = '', located, ...fields }: TestKernelFields): Kernel {
  const { root, byteOrder, wordSizeInBits } = fields.memory;
  return {
    root,
    runs: [],
    symbols: noSymbols,
    types: { from: 'the test', remarks: [], struct: () => undefined, enumeration: () => undefined },
    cpus: [],
    stacks: { trace: () => emptyTrace },
    tasks: () => [],
    memoryThrough: () => fields.memory,
    ...fields,
    located: locatedKernel({ root, byteOrder, wordSizeInBits, ...located }),
    vmcoreinfo: new VmcoreInfo(vmcoreinfo),
  };
}

/** A kernel as in a verdict, with only those facts proved that a test states. */
export function locatedKernel(fields: Partial<LocatedKernel> = {}): LocatedKernel {
  return {
    imageOffset: 0n,
    physBase: null,
    numbers: {},
    kaslrOffset: null,
    textVirtualAddress: null,
    textPhysicalAddress: null,
    root: null,
    pagingLevels: fields.root?.levels ?? null,
    byteOrder: 'little',
    wordSizeInBits: 64,
    release: null,
    banner: null,
    buildId: null,
    role: 'unknown',
    ...fields,
  };
}
