import { plugin as analyzers } from '@vmcorekit/analyzers';
import { plugin as architectures, x8664 } from '@vmcorekit/architectures';
import type { Dump, OptionValue, Report } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin as heuristics } from '@vmcorekit/heuristics';
import { plugin as linux, x8664Layout } from '@vmcorekit/linux';
import {
  type BuiltLinuxKernel,
  buildLinuxKernel,
  type LinuxKernelFields,
  memoryDump,
  SparseMemory,
} from '@vmcorekit/testing';

const toolkit = createToolkit([architectures, linux, heuristics, analyzers]);
const machine = { architecture: x8664, layout: x8664Layout } as const;
export const memorySizeInBytes = 0x8000000;
export const physBase = -0x25600000;

export interface Guest {
  readonly memory: SparseMemory;
  readonly kernel: BuiltLinuxKernel;
  readonly dump: Dump;
}

/** 128 MiB with a kernel that a CPU runs. */
export function guest(fields: Partial<LinuxKernelFields> = {}, vmcoreinfo?: string): Guest {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: memorySizeInBytes }] });
  const kernel = buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset: 0x27e00000,
    vmcoreInfoAt: 0x1385000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: memorySizeInBytes,
    ...fields,
  });
  const registers = new Map([
    ['cr0', 0x80000001n],
    ['cr3', BigInt(kernel.root)],
    ['cr4', 0x20n],
    ['rip', kernel.symbols.get('_text') ?? 0n],
  ]);
  const dump = memoryDump({
    memory,
    ...machine,
    cpus: [registers],
    ...(vmcoreinfo === undefined ? {} : { vmcoreinfo }),
  });
  return { memory, kernel, dump };
}

/** Memory without a kernel. */
export function emptyDump(memory: SparseMemory, vmcoreinfo?: string): Dump {
  return memoryDump({ memory, ...machine, ...(vmcoreinfo === undefined ? {} : { vmcoreinfo }) });
}

export async function analyze(
  name: string,
  dump: Dump,
  options: Readonly<Record<string, OptionValue>> = {},
): Promise<Report> {
  return await toolkit.analyze(name, dump, await toolkit.locate(dump), options);
}
