import { x8664 } from '@vmcorekit/architectures';
import {
  createToolkit,
  type Dump,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  type KernelClaim,
  type Note,
  type Progress,
  type SymbolTable,
  type Verdict,
  VmcoreInfo,
} from '@vmcorekit/core';
import { kallsyms, plugin } from '@vmcorekit/heuristics';
import { type BuiltLinuxKernel, buildLinuxKernel, type LinuxKernelFields, SparseMemory } from '@vmcorekit/testing';

export const physBase = -0x25600000;
export const kaslrOffset = 0x27e00000;
export const noteAt = 0x1385000;

const memorySizeInBytes = 0x8000000;

export function emptyMemory(): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: memorySizeInBytes }] });
}

/** A kernel where OVMF and KASLR would put it, in 128 MiB. */
export function kernelIn(memory: SparseMemory, fields: Partial<LinuxKernelFields> = {}): BuiltLinuxKernel {
  return buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset,
    vmcoreInfoAt: noteAt,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: memorySizeInBytes,
    ...fields,
  });
}

export interface DumpFields {
  readonly vmcoreinfo?: string;
  readonly notes?: readonly Note[];
  readonly header?: Readonly<Record<string, number | bigint | string>>;
  readonly format?: string;
  /** CR3 of each CPU; none for a dump without CPU notes. */
  readonly cr3?: readonly number[];
  readonly levels?: 4 | 5;
}

export function dumpOf(memory: SparseMemory, fields: DumpFields = {}): Dump {
  const text = fields.vmcoreinfo ?? null;
  const header = new Map(Object.entries(fields.header ?? {}));
  const cr4 = fields.levels === 5 ? 0x1020n : 0x20n;
  return {
    files: ['built'],
    container: null,
    conditions: [],
    architecture: x8664,
    vmcoreinfo: text === null ? null : new VmcoreInfo(text),
    cpus: (fields.cr3 ?? []).map((cr3, index) => ({
      index,
      pid: index + 1,
      registers: new Map([
        ['cr0', 0x80000001n],
        ['cr3', BigInt(cr3)],
        ['cr4', cr4],
      ]),
      from: ['qemu'],
    })),
    image: {
      format: fields.format ?? (fields.header === undefined ? 'elf' : 'kdump'),
      architecture: 'x86_64',
      byteOrder: 'little',
      wordSizeInBits: 64,
      memory,
      notes: fields.notes ?? [],
      header,
      headerOffsets: new Map([...header.keys()].map((key, index) => [key, 8 * index])),
      vmcoreinfo: text,
      eraseinfo: null,
      conditions: [],
      [Symbol.dispose]() {},
    },
    [Symbol.dispose]() {},
  };
}

/** All that a heuristic alone yields. */
export function findingsOf(heuristic: Heuristic, dump: Dump, symbolFiles: readonly SymbolTable[] = []): Finding[] {
  const context: HeuristicContext = {
    dump,
    symbolFiles,
    symbolSources: [kallsyms],
    findings: [],
    memo: (_key, compute) => compute(),
  };
  const defaults = Object.fromEntries(Object.entries(heuristic.options).map(([name, spec]) => [name, spec.default]));
  return [...heuristic.run(context, defaults)].filter((each): each is Finding => !isProgress(each));
}

function isProgress(each: Finding | Progress): each is Progress {
  return each.kind === 'progress';
}

/** The verdict that one heuristic and all witnesses reach. */
export function verdictBy(heuristic: string, dump: Dump): Promise<Verdict> {
  return createToolkit([plugin]).locate(dump, { only: [heuristic] });
}

/** The verdict on a claim of the user's: witnesses only. */
export function verdictOn(dump: Dump, told: KernelClaim): Promise<Verdict> {
  return createToolkit([{ ...plugin, heuristics: [] }]).locate(dump, { told });
}
