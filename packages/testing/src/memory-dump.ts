import {
  type Architecture,
  type Cpu,
  type Dump,
  type HeuristicContext,
  type ImageFacts,
  type KernelLayout,
  type Note,
  type PhysicalMemory,
  type Progress,
  type Registers,
  type SymbolCarver,
  VmcoreInfo,
  type WriterStamp,
} from '@vmcorekit/core';
import { KernelViews } from '@vmcorekit/engine';
import { memoryImage } from './memory-image.ts';

export interface MemoryDumpFields {
  /** The paths it is of, for what looks beside them; `test` unless given. */
  readonly files?: readonly string[];
  readonly memory: PhysicalMemory;
  readonly architecture: Architecture;
  /** The place of its kernels' images; none by default. */
  readonly layout?: KernelLayout;
  /** Registers of each CPU, as QEMU's notes would give them. */
  readonly cpus?: readonly Registers[];
  readonly notes?: readonly Note[];
  readonly vmcoreinfo?: string;
  /** The facts that the format would know about its file. */
  readonly facts?: ImageFacts;
  readonly format?: string;
  readonly writerStamp?: WriterStamp;
}

/** A dump as heuristics and witnesses see it, around memory that a test built. */
export function memoryDump(fields: MemoryDumpFields): Dump {
  const cpus: Cpu[] = (fields.cpus ?? []).map((registers, index) => ({
    index,
    pid: index + 1,
    registers,
    from: ['qemu'],
  }));
  const vmcoreinfo = fields.vmcoreinfo ?? null;
  return {
    files: fields.files ?? ['test'],
    filesBeside: [],
    container: null,
    containers: [],
    containerHeader: new Map(),
    damage: [],
    architecture: fields.architecture,
    layout: fields.layout ?? null,
    cpus,
    vmcoreinfo: vmcoreinfo === null ? null : new VmcoreInfo(vmcoreinfo),
    sourceFailure: null,
    get statistics() {
      return { bytesRead: 0, pagesRead: fields.memory.pagesRead };
    },
    image: memoryImage(fields.memory, {
      format: fields.format ?? 'elf',
      architecture: fields.architecture.name,
      wordSizeInBits: fields.architecture.wordSizeInBits,
      notes: fields.notes ?? [],
      ...(fields.facts === undefined ? {} : { facts: fields.facts }),
      vmcoreinfo,
      writerStamp: fields.writerStamp ?? null,
    }),
    [Symbol.dispose]: () => {},
  };
}

/** What a heuristic gets in addition to the dump. */
export interface ContextFields extends Partial<Pick<HeuristicContext, 'symbolFiles' | 'findings'>> {
  readonly symbolCarvers?: readonly SymbolCarver[];
}

/** A context for running one heuristic or witness alone. */
export function contextFor(dump: Dump, fields: ContextFields = {}): HeuristicContext {
  const views = new KernelViews(dump, fields.symbolCarvers ?? []);
  const results = new Map<string, unknown>();
  return {
    dump,
    symbolFiles: fields.symbolFiles ?? [],
    findings: fields.findings ?? [],
    kernelThrough: (root, runs) => views.through(root, runs),
    *memo<Result>(key: string, compute: () => Generator<Progress, Result, void>) {
      if (!results.has(key)) {
        results.set(key, yield* compute());
      }
      return results.get(key) as Result;
    },
  };
}

/** Runs a generator of findings (or testimonies) to its end, and drops the progress. */
export function withoutProgress<Yielded extends object>(
  work: Generator<Yielded | Progress, void, void>,
): Yielded[] {
  return [...work].filter((step): step is Yielded => !('kind' in step && step.kind === 'progress'));
}
