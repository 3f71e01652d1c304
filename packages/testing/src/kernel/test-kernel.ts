import {
  type Kernel,
  type KernelObject,
  type LocatedKernel,
  noSymbols,
  type ObjectSource,
  objectAt,
  type StackTrace,
  type SymbolTable,
  type TypeTable,
  typeNamed,
  VmcoreInfo,
  VmcorekitError,
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

const noTypes: TypeTable = {
  from: 'the test',
  remarks: [],
  struct: () => undefined,
  enumeration: () => undefined,
};

/** An opened kernel around memory that a test built. Every root shows the same memory. */
export function testKernel({ vmcoreinfo = '', located, ...fields }: TestKernelFields): Kernel {
  const { root, byteOrder, wordSizeInBits } = fields.memory;
  const { symbols = noSymbols, types = noTypes } = fields;
  const source = { memory: fields.memory, types };
  return {
    root,
    runs: [],
    symbols,
    types,
    variable: (name) => variableOf(source, symbols, name),
    object: (type, address) => objectAt(source, typeNamed(source, type), address),
    cpus: [],
    stacks: { trace: () => emptyTrace },
    modules: () => [],
    tasks: () => [],
    memoryThrough: () => fields.memory,
    ...fields,
    located: locatedKernel({ root, byteOrder, wordSizeInBits, ...located }),
    vmcoreinfo: new VmcoreInfo(vmcoreinfo),
  };
}

/** A variable whose type the test's own types know. */
function variableOf(source: ObjectSource, symbols: SymbolTable, name: string): KernelObject {
  const symbol = symbols.find(name);
  const known = source.types.variableType?.(name);
  if (symbol === undefined || known === undefined) {
    throw new VmcorekitError('unknown-name', { kind: 'variable of the test', name, known: [] });
  }
  return objectAt(source, known.type, symbol.address, name);
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
    linearMapOffset: null,
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
