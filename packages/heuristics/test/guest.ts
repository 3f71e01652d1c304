import { x8664 } from '@vmcorekit/architectures';
import { plugin as compressors } from '@vmcorekit/compressors';
import {
  BufferSource,
  type CandidateFinding,
  type Dump,
  type Finding,
  type HeaderValue,
  type Heuristic,
  type ImageFacts,
  type KernelClaim,
  type KernelView,
  noSymbols,
  type OptionValue,
  resolveOptions,
  type SymbolTable,
  type TranslationRoot,
  type Verdict,
} from '@vmcorekit/core';
import { createToolkit, KernelViews, type LocateOptions } from '@vmcorekit/engine';
import { plugin as elf } from '@vmcorekit/format-elf';
import { plugin as kdump } from '@vmcorekit/format-kdump';
import { plugin } from '@vmcorekit/heuristics';
import { kallsyms, kernelImageThrough, plugin as linux, x8664Layout } from '@vmcorekit/linux';
import {
  type BuiltLinuxKernel,
  buildElf,
  buildKdump,
  buildLinuxKernel,
  contextFor,
  type LinuxKernelFields,
  type MemoryDumpFields,
  memoryDump,
  SparseMemory,
  withoutProgress,
} from '@vmcorekit/testing';

export const physBase = -0x25600000;
export const kaslrOffset = 0x27e00000;
export const noteAt = 0x1385000;

const memorySizeInBytes = 0x8000000;

/** Where an image lies, as claims say it. */
export function placeAt(base: number): Required<Pick<KernelClaim, 'imageOffset' | 'physBase'>> {
  return { imageOffset: 0xffff_ffff_8000_0000n - BigInt(base), physBase: base };
}

/** The root at a table. */
export function rootAt(tableAddress: number, levels: 4 | 5 = 4): TranslationRoot {
  const root = x8664.mmu?.rootsAt(tableAddress).find((each) => each.levels === levels);
  if (root === undefined) {
    throw new Error(`no root of ${levels} levels`);
  }
  return root;
}

export function emptyMemory(): SparseMemory {
  return new SparseMemory({ ranges: [{ start: 0, end: memorySizeInBytes }] });
}

/** A kernel where OVMF and KASLR would put it, in 128 MiB. */
export function kernelIn(
  memory: SparseMemory,
  fields: Partial<LinuxKernelFields> = {},
): BuiltLinuxKernel {
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

export interface DumpFields
  extends Partial<Omit<MemoryDumpFields, 'memory' | 'architecture' | 'cpus'>> {
  /** CR3 of each CPU; none for a dump without CPU notes. */
  readonly cr3?: readonly number[];
  readonly levels?: 4 | 5;
  /** More registers of each CPU. */
  readonly registers?: Readonly<Record<string, bigint>>;
}

export function dumpOf(memory: SparseMemory, fields: DumpFields = {}): Dump {
  const { cr3 = [], levels, registers = {}, ...rest } = fields;
  const cr4 = levels === 5 ? 0x1020n : 0x20n;
  return memoryDump({
    format: fields.facts === undefined ? 'elf' : 'kdump',
    ...rest,
    memory,
    architecture: x8664,
    layout: x8664Layout,
    cpus: cr3.map(
      (root) => new Map(Object.entries({ cr0: 0x80000001n, cr3: BigInt(root), cr4, ...registers })),
    ),
  });
}

/** A kernel seen through a root, with the symbols a test gives. */
export function viewOf(
  dump: Dump,
  tableAddress: number,
  symbols: SymbolTable = noSymbols,
): KernelView {
  const root = rootAt(tableAddress);
  return {
    ...new KernelViews(dump, []).withoutSymbols(root, kernelImageThrough(dump, root)?.runs ?? []),
    symbols,
  };
}

/** Fields of a file's header, by their specification's names. */
export type HeaderFields = Readonly<Record<string, HeaderValue>>;

/**
 * What a format knows of a file whose header holds these fields: ELF where they are those of ELF,
 * else KDUMP.
 */
export async function factsIn(
  header: HeaderFields,
  { notes, vmcoreinfo }: Pick<DumpFields, 'notes' | 'vmcoreinfo'> = {},
): Promise<ImageFacts> {
  const isElf = 'e_type' in header;
  const spec = {
    pages: [],
    version: Number(header.header_version ?? 6),
    fields: header,
    ...(notes === undefined ? {} : { notes }),
    ...(vmcoreinfo === undefined ? {} : { vmcoreinfo }),
  };
  const elfFields = Object.fromEntries(
    Object.entries(header).map(([name, value]) => [name, Number(value)]),
  );
  const programHeadersAt = elfFields.e_phoff ?? 64;
  const segments = [{ p_paddr: 0x1000, data: new Uint8Array(4096) }];
  const { bytes } = isElf
    ? buildElf({ segments, programHeadersAt, fields: elfFields })
    : buildKdump(spec);
  const toolkit = createToolkit([compressors, isElf ? elf : kdump]);
  using dump = await toolkit.open(new BufferSource(bytes, 'header.vmcore'));
  return dump.image.facts ?? {};
}

/** All that a heuristic alone yields. */
export function findingsOf(
  heuristic: Heuristic,
  dump: Dump,
  symbolFiles: readonly SymbolTable[] = [],
  options: Readonly<Record<string, OptionValue>> = {},
): Finding[] {
  const context = contextFor(dump, { symbolFiles, symbolCarvers: [kallsyms] });
  return withoutProgress<Finding>(
    heuristic.run(context, resolveOptions(heuristic.name, heuristic.options, options)),
  );
}

/** The candidates among the findings. */
export function candidatesOf(...from: Parameters<typeof findingsOf>): CandidateFinding[] {
  return findingsOf(...from).filter((finding) => finding.kind === 'candidate');
}

/** The verdict that the whole search reaches. */
export function verdictOf(dump: Dump, options: LocateOptions = {}): Promise<Verdict> {
  return createToolkit([linux, plugin]).locate(dump, options);
}

/** The verdict that one heuristic and all witnesses reach. */
export function verdictBy(heuristic: string, dump: Dump): Promise<Verdict> {
  return verdictOf(dump, { only: [heuristic] });
}

/** The verdict on a claim of the user's: witnesses only. */
export function verdictOn(dump: Dump, told: KernelClaim): Promise<Verdict> {
  return createToolkit([linux, { ...plugin, heuristics: [] }]).locate(dump, { told });
}
