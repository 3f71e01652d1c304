import type { Candidate, LocatedKernel } from '@vmcorekit/core';
import { crashOptions } from './crash-options.ts';
import type { NextFacts } from './next-facts.ts';

/** What is known of one kernel and decides on the next commands. */
export interface KernelToOpen extends Pick<Candidate, 'isNamedByFile' | 'isReachedByCpu'> {
  readonly kernel: LocatedKernel;
}

/** How to go on with a kernel. */
export interface NextRoute {
  /** What opens the dump, or a copy of it. */
  readonly tool: 'crash' | 'drgn';
  /** Which file that tool takes: the dump, or one that `repair` makes. */
  readonly opens: 'dump' | 'repaired copy';
  /**
   * crash reads tasks and modules at once, and ends if they are lost. With --minimal it reads
   * neither.
   */
  readonly isMinimal: boolean;
  /** The file that the other tools take. */
  readonly othersOpen: 'dump' | 'repaired copy' | 'unpacked copy';
  /** Whether the KASLR offset must be proved first: it is not known, and no tool finds it. */
  readonly needsKaslr: boolean;
}

/** Formats that crash, drgn, makedumpfile and libkdumpfile read, by this library's names. */
const commonFormats: readonly string[] = ['elf', 'kdump'];
const flattened = 'flattened';
/**
 * The machines whose KDUMP files libkdumpfile 0.5.1 and 0.5.4, and drgn 0.0.22 and 0.0.31 with it,
 * read at all kernel addresses (tried). They read ELF files of all machines. In a KDUMP file
 * - 0.5.1 finds no page tables of i386 and riscv64; 0.5.4 does;
 * - both take `swapper_pg_dir` of s390x for a physical address, as it was before Linux 6.10;
 * - both know ppc64 with pages of 64 KiB and a hash table only;
 * - both count the pages of arm from address 0; makedumpfile, and crash, from the start of RAM;
 * - both do not know loongarch64.
 */
const kdumpMachines: readonly (string | null)[] = ['x86_64', 'arm64'];
/**
 * Tools that write ordinary headers. QEMU's ELF headers are refused by makedumpfile 1.7.2 and drgn
 * 0.0.22 (tried). drgn and crash read /proc/kcore of the machine that they run on.
 */
const ordinaryWriters: readonly string[] = ['kdump', 'makedumpfile', 'vmcorekit', 'linux-kcore'];

/**
 * Chooses how to go on; tried with crash 8.0.2, drgn 0.0.22, makedumpfile 1.7.2 and libkdumpfile
 * 0.5.1.
 */
export function nextRoute(found: KernelToOpen, facts: NextFacts): NextRoute {
  const isHere = facts.host === null || facts.host === facts.architecture;
  const tool = isHere && readsAtAll('crash', facts) ? 'crash' : 'drgn';
  const othersOpen = fileForOthers(found, facts);
  const opens =
    facts.readers?.ofFile.includes(tool) === true
      ? 'dump'
      : tool === 'drgn'
        ? othersOpen === 'dump'
          ? 'dump'
          : 'repaired copy'
        : fileForCrash(found, facts);
  return {
    tool,
    opens,
    isMinimal: tool === 'crash' && facts.isLossy,
    othersOpen,
    needsKaslr: needsKaslr(found, facts),
  };
}

/** Whether a tool reads the file, or a copy of it. */
export function readsAtAll(tool: string, { readers }: NextFacts): boolean {
  return readers === null || [...readers.ofFile, ...readers.ofCopy].includes(tool);
}

export function readsKdump(architecture: string | null): boolean {
  return kdumpMachines.includes(architecture);
}

/** Whether the dump is a KDUMP file that libkdumpfile and drgn do not read. */
export function isUnreadKdump({
  format,
  architecture,
}: Pick<NextFacts, 'format' | 'architecture'>): boolean {
  return format === 'kdump' && !readsKdump(architecture);
}

/** Whether other tools know the file at all: ELF or KDUMP, and in no other container. */
export function isCommon(
  { kernel }: KernelToOpen,
  { format, container, wordSizeInBits, areFiles }: NextFacts,
): boolean {
  const isPlain = container === null || container === flattened;
  return (
    areFiles && isPlain && commonFormats.includes(format) && kernel.wordSizeInBits <= wordSizeInBits
  );
}

/** What a crash for the dump's machine opens. It reads a flattened file only to its end marker. */
export function fileForCrash(found: KernelToOpen, facts: NextFacts): NextRoute['opens'] {
  const isPlaced = found.isNamedByFile || crashOptions(facts.architecture, found.kernel) !== null;
  return isPlaced && isCommon(found, facts) && !(facts.isCut && facts.container === flattened)
    ? 'dump'
    : 'repaired copy';
}

function fileForOthers(found: KernelToOpen, facts: NextFacts): NextRoute['othersOpen'] {
  const { kernel, isNamedByFile } = found;
  const { statedPhysBase, container, files } = facts;
  const isOtherStated =
    statedPhysBase !== null &&
    kernel.physBase !== null &&
    statedPhysBase !== BigInt(kernel.physBase);
  if (
    !isCommon(found, facts) ||
    isUnreadKdump(facts) ||
    !isNamedByFile ||
    isOtherStated ||
    !hasOrdinaryHeaders(facts)
  ) {
    return 'repaired copy';
  }
  return container === flattened || files.length > 1 ? 'unpacked copy' : 'dump';
}

/**
 * A copy of /proc/vmcore shows no sign of its writer. It has the headers of the kernel that
 * captured the memory.
 */
function hasOrdinaryHeaders({ capturedBy, writtenBy }: NextFacts): boolean {
  return ordinaryWriters.includes(writtenBy === 'unknown' ? capturedBy : writtenBy);
}

/**
 * crash finds the offset by itself in the VMCOREINFO of the file. If memory is complete, it also
 * finds the offset from the IDT of a CPU that runs this kernel.
 */
function needsKaslr(
  { kernel, isNamedByFile, isReachedByCpu }: KernelToOpen,
  { isLossy }: NextFacts,
): boolean {
  return kernel.kaslrOffset === null && !isNamedByFile && !(isReachedByCpu && !isLossy);
}
