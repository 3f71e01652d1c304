import {
  type BuiltLinuxKernel,
  buildKdump,
  buildLinuxKernel,
  buildSplitKdump,
  buildUtsname,
  type KdumpPage,
  type KdumpSpec,
  type LinuxKernelFields,
  prstatusNote,
  qemuCpuStateNote,
  SparseMemory,
} from '@vmcorekit/testing';
import { writeTemporaryFile } from './temporary-file.ts';

export const physBase = -0x25600000;
export const kaslrOffset = 0x27e00000;

/** A CPU in a 64-bit kernel. */
const longMode = { cr0: 0x80000001n, cs: 0x10n, cs_flags: 0xaf9b00n };

/** Just above the kernel's image: a test takes as long as there are pages. */
export const memorySizeInBytes = 0x4000000;
/** Of a machine that reserves memory for a capture kernel. */
const sizeWithReserve = 0x6000000;
const pageSizeInBytes = 4096;
export const pageCount: number = memorySizeInBytes / pageSizeInBytes;

/** A KDUMP file as QEMU writes it, of 64 MiB with a kernel where OVMF and KASLR would put it. */
export function writeKernelDump(fields?: Partial<LinuxKernelFields>): {
  readonly path: string;
  readonly kernel: BuiltLinuxKernel;
} {
  const { bytes, kernel } = fields === undefined ? usualDump() : buildKernelDump(fields);
  return { path: writeTemporaryFile('vmcore', bytes), kernel };
}

let usual: ReturnType<typeof buildKernelDump> | undefined;

/** Built once: each test writes it into a file of its own. */
function usualDump(): ReturnType<typeof buildKernelDump> {
  usual ??= buildKernelDump({});
  return usual;
}

function buildKernelDump(fields: Partial<LinuxKernelFields>) {
  const { spec, kernel } = kernelSpec(memorySizeInBytes, fields);
  return { bytes: buildKdump(spec).bytes, kernel };
}

/** The kernel that runs in the reserve of the crashed one, of `writeCrashedDump`. */
export const capture = {
  physBase: 0x2000000,
  kaslrOffset: 0x1200000,
  release: '6.1.0-capture',
} as const;

/** 96 MiB with the kernel crashed, and its capture kernel running on another CPU. */
export function writeCrashedDump(): string {
  const { spec } = kernelSpec(
    sizeWithReserve,
    {
      variables: { crashk_res: 0x4000000n, crashk_res_end: 0x5ffffffn },
      vmcoreInfo: { CRASHTIME: '1700000000' },
    },
    {
      ...capture,
      vmcoreInfoAt: 0x4900000,
      tablesFrom: 0x4800000,
      variables: { elfcorehdr_addr: 0x5000000n },
    },
  );
  return writeTemporaryFile('vmcore', buildKdump(spec).bytes);
}

/**
 * The same as QEMU writes it of a 64-bit machine whose first CPU is in 32-bit mode: headers of 32
 * bits, NT_PRSTATUS of i386, and in QEMU's own notes what a 64-bit CPU holds.
 */
export function writeNarrowKernelDump(): string {
  const { spec } = kernelSpec(memorySizeInBytes, {});
  const [prstatus, ...others] = spec.notes ?? [];
  const notes =
    prstatus === undefined
      ? []
      : [{ ...prstatus, descriptor: prstatus.descriptor.slice(0, 144) }, ...others];
  return writeTemporaryFile('vmcore', buildKdump({ ...spec, notes, wordSizeInBits: 32 }).bytes);
}

export interface UnnamedDumpFields {
  /** What the kernel's own utsname says; null where its page is lost to zeros. */
  readonly own: string | null;
  /** What other utsnames in memory say. */
  readonly others?: readonly string[];
  /** What the header says; nothing unless given. */
  readonly header?: string;
  readonly hasKernel?: boolean;
}

/** The same without CPU notes, with no machine in its header, and with utsnames in memory. */
export function writeUnnamedDump(fields: UnnamedDumpFields): string {
  const { own, others = [], header = '', hasKernel = true } = fields;
  const memory = new SparseMemory({ ranges: [{ start: 0, end: memorySizeInBytes }] });
  const kernel = hasKernel ? buildKernelIn(memory) : undefined;
  const name = kernel?.symbols.get('init_uts_ns');
  if (kernel !== undefined && name !== undefined && own !== null) {
    memory.write(kernel.physical(name), buildUtsname({ machine: own }));
  }
  for (const [index, machine] of others.entries()) {
    memory.write(0x10_0000 + index * pageSizeInBytes, buildUtsname({ machine }));
  }
  const spec = {
    pages: pagesOf(memory),
    maxMapnr: pageCount,
    fields: { machine: header, nr_cpus: 1 },
  };
  return writeTemporaryFile('vmcore', buildKdump(spec).bytes);
}

/** The same in three parts, as makedumpfile splits. */
export function writeSplitKernelDump(): readonly string[] {
  return buildSplitKdump(kernelSpec(memorySizeInBytes, {}).spec, [0x1000, 0x3000]).map(
    ({ bytes }) => writeTemporaryFile('vmcore', bytes),
  );
}

/** A dump of kernels, each on a CPU of its own, and the first of them. */
function kernelSpec(
  sizeInBytes: number,
  fields: Partial<LinuxKernelFields>,
  ...others: readonly Partial<LinuxKernelFields>[]
): { readonly spec: KdumpSpec; readonly kernel: BuiltLinuxKernel } {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  const kernel = buildKernelIn(memory, fields, sizeInBytes);
  const kernels = [kernel, ...others.map((other) => buildKernelIn(memory, other, sizeInBytes))];
  const spec: KdumpSpec = {
    pages: pagesOf(memory, sizeInBytes / pageSizeInBytes),
    maxMapnr: sizeInBytes / pageSizeInBytes,
    sharesZeroPage: true,
    notes: [
      ...kernels.map((_, index) => prstatusNote({ pr_pid: index + 1 })),
      ...kernels.map(({ root, symbols }) =>
        qemuCpuStateNote({
          ...longMode,
          cr3: BigInt(root),
          cr4: 0x20n,
          rip: symbols.get('_text') ?? 0n,
        }),
      ),
    ],
    fields: { machine: 'x86_64', nr_cpus: kernels.length },
  };
  return { spec, kernel };
}

function buildKernelIn(
  memory: SparseMemory,
  fields: Partial<LinuxKernelFields> = {},
  sizeInBytes: number = memorySizeInBytes,
): BuiltLinuxKernel {
  return buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset,
    vmcoreInfoAt: 0x1385000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: sizeInBytes,
    ...fields,
  });
}

/** Every page exists; those never written are zero. */
function pagesOf(memory: SparseMemory, count: number = pageCount): KdumpPage[] {
  return Array.from({ length: count }, (_, pfn) =>
    memory.pageState(pfn) === 'stored'
      ? { pfn, bytes: memory.read(pfn * pageSizeInBytes, pageSizeInBytes) }
      : { pfn },
  );
}
