import { hex, type Kernel } from '@vmcorekit/core';
import {
  type Area,
  type AreaPages,
  type Areas,
  type LinuxTask,
  pageSizeOf,
  taskMemoryOf,
} from '@vmcorekit/linux';

/** Source: Linux, include/linux/mm.h. A shared mapping has VM_MAYSHARE. */
const rights = [
  [1n, 'r'],
  [2n, 'w'],
  [4n, 'x'],
] as const;
const maySharedFlag = 0x80n;

/** An area of a process. Null means "not proved", unless said otherwise. */
export interface VmArea {
  /** Of its `vm_area_struct`, hexadecimal. */
  readonly address: string;
  readonly start: string;
  /** Exclusive. */
  readonly end: string;
  readonly sizeInBytes: number;
  /** `rwxp` as `/proc/PID/maps` shows them. */
  readonly flags: string;
  /** All flags of the kernel (`vm_flags`), hexadecimal. */
  readonly kernelFlags: string;
  /** Where in the file it begins, hexadecimal; 0x0 without a file. */
  readonly offset: string;
  /** Of its `struct file`; null for none. */
  readonly file: string | null;
  readonly device: string | null;
  readonly inodeNumber: number | null;
  /** Of its file, without ` (deleted)`; null for none. */
  readonly path: string | null;
  /** Null where the file's path cannot be read. */
  readonly deleted: boolean | null;
  /** `[heap]`, `[stack]`, `[vdso]`; null for none. */
  readonly name: string | null;
  /** Only where asked for. */
  readonly pages?: AreaPages;
}

/** The `data` of the `vm` analyzer. */
export interface VmReport {
  readonly pid: number;
  readonly comm: string;
  readonly address: string;
  /** Of the `mm_struct`. */
  readonly mm: string;
  readonly pageTables: string;
  readonly virtualSizeInBytes: number | null;
  readonly residentSizeInBytes: number | null;
  /** How many areas the kernel counts. */
  readonly areaCount: number;
  readonly virtualMemoryAreas: readonly VmArea[];
}

export function vmReport(
  kernel: Kernel,
  task: LinuxTask,
  { descriptor, areas }: Areas,
  pages: readonly AreaPages[] | null,
): VmReport {
  const { pid, comm, address, values } = task;
  return {
    pid,
    comm,
    address: hex(address),
    mm: hex(values.mm),
    pageTables: hex(descriptor.pgd),
    ...taskMemoryOf(kernel, task),
    areaCount: descriptor.count,
    virtualMemoryAreas: areas.map((area, index) => ({
      ...vmArea(area, BigInt(pageSizeOf(kernel))),
      ...(pages?.[index] === undefined ? {} : { pages: pages[index] }),
    })),
  };
}

function vmArea({ file, ...area }: Area, pageSizeInBytes: bigint): VmArea {
  const number = file?.inodeNumber ?? null;
  return {
    address: hex(area.address),
    start: hex(area.start),
    end: hex(area.end),
    sizeInBytes: Number(area.end - area.start),
    flags: flagsText(area.flags),
    kernelFlags: hex(area.flags),
    offset: hex(file === null ? 0n : BigInt.asUintN(64, area.pageOffset * pageSizeInBytes)),
    file: file === null ? null : hex(file.address),
    device: file?.device ?? null,
    inodeNumber: number !== null && Number.isSafeInteger(Number(number)) ? Number(number) : null,
    path: file?.path?.path ?? null,
    deleted: file === null ? false : (file.path?.isDeleted ?? null),
    name: area.name,
  };
}

function flagsText(flags: bigint): string {
  const text = rights.map(([flag, letter]) => ((flags & flag) === 0n ? '-' : letter)).join('');
  return `${text}${(flags & maySharedFlag) === 0n ? 'p' : 's'}`;
}
