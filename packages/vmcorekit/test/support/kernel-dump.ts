import {
  type BuiltLinuxKernel,
  buildKdump,
  buildLinuxKernel,
  buildSplitKdump,
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

const memorySizeInBytes = 0x8000000;
const pageSizeInBytes = 4096;

/** A KDUMP file as QEMU writes it, of 128 MiB with a kernel where OVMF and KASLR would put it. */
export function writeKernelDump(fields: Partial<LinuxKernelFields> = {}): {
  readonly path: string;
  readonly kernel: BuiltLinuxKernel;
} {
  const { spec, kernel } = kernelSpec(fields);
  return { path: writeTemporaryFile('vmcore', buildKdump(spec).bytes), kernel };
}

/** The same in three parts, as makedumpfile splits. */
export function writeSplitKernelDump(): readonly string[] {
  return buildSplitKdump(kernelSpec({}).spec, [0x1000, 0x3000]).map(({ bytes }) => writeTemporaryFile('vmcore', bytes));
}

function kernelSpec(fields: Partial<LinuxKernelFields>): { readonly spec: KdumpSpec; readonly kernel: BuiltLinuxKernel } {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: memorySizeInBytes }] });
  const kernel = buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset,
    vmcoreInfoAt: 0x1385000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: memorySizeInBytes,
    ...fields,
  });
  const spec: KdumpSpec = {
    pages: pagesOf(memory),
    maxMapnr: memorySizeInBytes / pageSizeInBytes,
    sharesZeroPage: true,
    notes: [
      prstatusNote({ pr_pid: 1 }),
      qemuCpuStateNote({ ...longMode, cr3: BigInt(kernel.root), cr4: 0x20n, rip: kernel.symbols.get('_text') ?? 0n }),
    ],
    fields: { machine: 'x86_64', nr_cpus: 1 },
  };
  return { spec, kernel };
}

/** Every page exists; those never written are zero. */
function pagesOf(memory: SparseMemory): KdumpPage[] {
  return Array.from({ length: memorySizeInBytes / pageSizeInBytes }, (_, pfn) =>
    memory.pageState(pfn) === 'stored' ? { pfn, bytes: memory.read(pfn * pageSizeInBytes, pageSizeInBytes) } : { pfn },
  );
}
