import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { dumpFileName, findElfDump } from '../dump/dump-record.ts';
import type { KernelTruth, Truth } from '../truth/truth.ts';
import { ElfMemory } from './elf-memory.ts';
import { XenCoreMemory } from './xen-core-memory.ts';

/** Whether a top-level table maps this kernel: its own table, or a process's, but no user half. */
export type IsKernelRoot = (kernel: KernelTruth, root: bigint) => boolean;

const imageMapStart = 0xffffffff80000000n;
const present = 1n;

/** How a machine's top-level table says where a part of the address space is. */
interface RootShape {
  readonly tableSizeInBytes: number;
  readonly entrySizeInBytes: 4 | 8;
  /** The bits of an entry that are an address. */
  readonly frame: bigint;
  /** The address bits that an entry covers. */
  readonly entryShift: bigint;
  /**
   * Tables below the root that each process has a copy of, so that their entries are compared:
   * i386's with PAE under page-table isolation.
   */
  readonly below?: Omit<RootShape, 'below'>;
}

/**
 * Machines whose processes have top-level tables with the kernel's entries in them; undefined for
 * those whose kernel has a table apart.
 */
function rootShapeOf(machine: string, pagingLevels: number | null): RootShape | undefined {
  const page = { tableSizeInBytes: 4096, entrySizeInBytes: 8 } as const;
  const upperLevels = BigInt((pagingLevels ?? 1) - 1);
  switch (machine) {
    case 'x86_64':
      return { ...page, frame: 0x000ffffffffff000n, entryShift: 12n + 9n * upperLevels };
    case 'riscv64':
      return { ...page, frame: 0x003ffffffffffc00n, entryShift: 12n + 9n * upperLevels };
    case 'i386':
      return pagingLevels === 2
        ? { tableSizeInBytes: 4096, entrySizeInBytes: 4, frame: 0xfffff000n, entryShift: 22n }
        : {
            tableSizeInBytes: 32,
            entrySizeInBytes: 8,
            frame: 0xffffff000n,
            entryShift: 30n,
            below: { ...page, frame: 0xffffff000n, entryShift: 21n },
          };
    default:
      return undefined;
  }
}

/**
 * Reads the guest's own memory where possible here; else it only knows the table that the truth
 * names.
 */
export function openKernelRoots(
  truth: Truth,
  guestFolder: string,
): { readonly isKernelRoot: IsKernelRoot } & Disposable {
  const { architecture } = truth;
  const elfFile = findElfDump(guestFolder);
  const core = join(guestFolder, dumpFileName('xen-core'));
  const path = elfFile ?? (existsSync(core) ? core : undefined);
  if (rootShapeOf(architecture, null) === undefined || path === undefined) {
    return { isKernelRoot: isNamedRoot, [Symbol.dispose]: () => undefined };
  }
  const file = openSync(path, 'r');
  const memory = elfFile === undefined ? new XenCoreMemory(file) : new ElfMemory(file);
  return {
    isKernelRoot: (kernel, root) =>
      isNamedRoot(kernel, root) || mapsTheSame(memory, architecture, kernel, root),
    [Symbol.dispose]: () => closeSync(file),
  };
}

function isNamedRoot(kernel: KernelTruth, root: bigint): boolean {
  return kernel.pageTableRoot !== null && BigInt(kernel.pageTableRoot) === root;
}

/**
 * A root of the same kernel has the same entries for the image and for the direct map. A user half
 * under page-table isolation lacks the direct map, and another kernel's entries lead elsewhere.
 */
export function mapsTheSame(
  memory: Pick<ElfMemory, 'read'>,
  machine: string,
  kernel: KernelTruth,
  root: bigint,
): boolean {
  const shape = rootShapeOf(machine, kernel.pagingLevels);
  const directMap = findDirectMap(memory, machine, kernel);
  if (shape === undefined || directMap === undefined) {
    return false;
  }
  const own = BigInt(kernel.pageTableRoot ?? 0);
  return [BigInt(kernel.textVirtualAddress), directMap].every((address) =>
    leadAlike(memory, shape, [own, root], address),
  );
}

/** Whether two tables lead to one place for an address, by their own entries or by those below. */
function leadAlike(
  memory: Pick<ElfMemory, 'read'>,
  shape: RootShape,
  tables: readonly [bigint, bigint],
  address: bigint,
): boolean {
  const [own, other] = tables.map((table) => entryOf(memory, shape, table, address));
  if (own === undefined || other === undefined) {
    return false;
  }
  return (
    own === other ||
    (shape.below !== undefined && leadAlike(memory, shape.below, [own, other], address))
  );
}

/** Where an entry leads; undefined where it maps nothing or cannot be read. */
function entryOf(
  memory: Pick<ElfMemory, 'read'>,
  { tableSizeInBytes, entrySizeInBytes, frame, entryShift }: RootShape,
  table: bigint,
  address: bigint,
): bigint | undefined {
  const entries = BigInt(tableSizeInBytes / entrySizeInBytes);
  const at = Number((address >> entryShift) % entries) * entrySizeInBytes;
  const bytes = memory.read(Number(table), tableSizeInBytes);
  const word =
    entrySizeInBytes === 4 ? BigInt(bytes?.readUInt32LE(at) ?? 0) : bytes?.readBigUInt64LE(at);
  return word === undefined || (word & present) !== present ? undefined : word & frame;
}

/** An address of the direct map. On i386 the image lies in it. */
function findDirectMap(
  memory: Pick<ElfMemory, 'read'>,
  machine: string,
  { symbols, vmcoreinfo, physBase, textVirtualAddress }: KernelTruth,
): bigint | undefined {
  if (machine !== 'x86_64') {
    return BigInt(vmcoreinfo['NUMBER(PAGE_OFFSET)'] ?? textVirtualAddress);
  }
  const variable = symbols.page_offset_base;
  return variable === undefined || physBase === null
    ? undefined
    : memory.read(Number(BigInt(variable) - imageMapStart) + physBase, 8)?.readBigUInt64LE();
}
