import {
  buildElf,
  buildKdump,
  buildLinuxKernel,
  type NoteFields,
  qemuCpuStateNote,
  SparseMemory,
} from '@vmcorekit/testing';
import { i386Prstatus } from './i386-prstatus.ts';
import { writeTemporaryFile } from './temporary-file.ts';

const EM_386 = 3;
const sizeInBytes = 0x1600000;
const pageSizeInBytes = 4096;
/** CR0 of a processor that was reset. Source: Intel SDM volume 3, "Processor State After Reset". */
const resetCr0 = 0x6000_0010n;

export const resetKernel = {
  physBase: -0xe00000,
  kaslrOffset: 0xe00000,
  release: '6.1.0-reset',
} as const;

export interface ResetDumpFields {
  /** `elf` unless given. */
  readonly format?: 'elf' | 'kdump';
  /** Whether the kernel of the boot before is in memory; true unless given. */
  readonly hasKernel?: boolean;
  /** Of both CPUs; that of a reset unless given. */
  readonly cr0?: bigint;
}

/**
 * A 64-bit machine with two CPUs that QEMU dumped while they were in a 32-bit mode: a 32-bit file
 * of a 386.
 */
export function writeResetDump(fields: ResetDumpFields = {}): string {
  const { format = 'elf', hasKernel = true, cr0 = resetCr0 } = fields;
  const key = [format, hasKernel, cr0].join();
  const path = written.get(key) ?? writeDump(format, hasKernel, cr0);
  written.set(key, path);
  return path;
}

/** Each dump is written once, because no test changes one. */
const written = new Map<string, string>();

function writeDump(format: 'elf' | 'kdump', hasKernel: boolean, cr0: bigint): string {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: sizeInBytes }] });
  memory.write(0, Uint8Array.of(1));
  if (hasKernel) {
    buildLinuxKernel({
      memory,
      ...resetKernel,
      vmcoreInfoAt: 0x500000,
      tablesFrom: 0x600000,
      directMapSizeInBytes: sizeInBytes,
    });
  }
  const notes = [
    i386Prstatus(1),
    i386Prstatus(2),
    qemuCpuStateNote({ cr0 }),
    qemuCpuStateNote({ cr0 }),
  ];
  return writeTemporaryFile(
    'vmcore',
    format === 'elf' ? elfOf(memory, notes) : kdumpOf(memory, notes),
  );
}

function elfOf(memory: SparseMemory, notes: readonly NoteFields[]): Uint8Array {
  const segments = [{ notes }, { data: memory.read(0, sizeInBytes) }];
  return buildElf({ wordSizeInBits: 32, segments, fields: { e_machine: EM_386 } }).bytes;
}

/** QEMU writes the machine `Unknown` since 8.0. */
function kdumpOf(memory: SparseMemory, notes: readonly NoteFields[]): Uint8Array {
  const maxMapnr = sizeInBytes / pageSizeInBytes;
  const pages = Array.from({ length: maxMapnr }, (_, pfn) => ({
    pfn,
    bytes: memory.read(pfn * pageSizeInBytes, pageSizeInBytes),
  }));
  return buildKdump({ wordSizeInBits: 32, pages, maxMapnr, notes, fields: { machine: 'Unknown' } })
    .bytes;
}
