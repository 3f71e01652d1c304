import {
  type Architecture,
  type Cpu,
  type Dump,
  type HeuristicContext,
  type ImageFacts,
  type Note,
  type PhysicalMemory,
  type Progress,
  type Registers,
  VmcoreInfo,
  type WriterStamp,
} from '@vmcorekit/core';
import { carveSymbols } from '@vmcorekit/engine';
import { memoryImage } from './memory-image.ts';

export interface MemoryDumpFields {
  readonly memory: PhysicalMemory;
  readonly architecture: Architecture;
  /** Registers of each CPU, as QEMU's notes would give them. */
  readonly cpus?: readonly Registers[];
  readonly notes?: readonly Note[];
  readonly vmcoreinfo?: string;
  /** What the format would know of its file. */
  readonly facts?: ImageFacts;
  readonly format?: string;
  readonly writerStamp?: WriterStamp;
}

/** A dump as heuristics and witnesses see it, around memory that a test built. */
export function memoryDump(fields: MemoryDumpFields): Dump {
  const cpus: Cpu[] = (fields.cpus ?? []).map((registers, index) => ({ index, pid: index + 1, registers, from: ['qemu'] }));
  const vmcoreinfo = fields.vmcoreinfo ?? null;
  return {
    files: ['test'],
    container: null,
    damage: [],
    architecture: fields.architecture,
    cpus,
    vmcoreinfo: vmcoreinfo === null ? null : new VmcoreInfo(vmcoreinfo),
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

/** A context for running one heuristic or witness alone. */
export function contextFor(dump: Dump, rest: Partial<Omit<HeuristicContext, 'dump' | 'memo'>> = {}): HeuristicContext {
  const results = new Map<string, unknown>();
  return {
    dump,
    symbolFiles: rest.symbolFiles ?? [],
    symbolSources: rest.symbolSources ?? [],
    findings: rest.findings ?? [],
    symbolsOf: rest.symbolsOf ?? ((view) => carveSymbols(rest.symbolSources ?? [], dump, view)),
    *memo<Result>(key: string, compute: () => Generator<Progress, Result, void>) {
      if (!results.has(key)) {
        results.set(key, yield* compute());
      }
      return results.get(key) as Result;
    },
  };
}

/** Runs a generator of findings (or testimonies) to its end and drops the progress. */
export function withoutProgress<Yielded extends object>(work: Generator<Yielded | Progress, void, void>): Yielded[] {
  return [...work].filter((step): step is Yielded => !('kind' in step && step.kind === 'progress'));
}
