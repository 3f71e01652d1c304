import {
  isVmcorekitError,
  type KernelView,
  type Mmu,
  type PhysicalMemory,
  type TranslationRoot,
} from '@vmcorekit/core';
import { isInWritableRun, physicalAddressIn } from '@vmcorekit/linux';

/** More entries than Linux links into its root. */
const maxLinkedTables = 8;

/**
 * Whether all targets of a root lie where the image's own tables would be if the image were loaded
 * at its link address. The kernel adjusts only the tables that it boots with, and fills this one
 * later. Source: Linux, arch/x86/kernel/head64.c (__startup_64 moves early_top_pgt,
 * x86_64_start_kernel fills init_top_pgt).
 */
export function isAsLinked(
  mmu: Mmu,
  memory: PhysicalMemory,
  root: TranslationRoot,
  { dump, runs }: KernelView,
  imageOffset: bigint,
): boolean {
  const { start } = dump.layout?.imageWindow(root) ?? { start: 0n };
  const pages = [...(mmu.tablePages?.(memory, [root], maxLinkedTables) ?? [])];
  const readable = pages
    .filter(({ level }) => level === (root.levels ?? 0) - 1)
    .map(({ physicalAddress }) => physicalAddress);
  const below = [
    ...readable,
    ...unreadableTable(mmu, memory, root, runs[0]?.virtualAddress ?? start),
  ];
  return (
    below.length > 0 &&
    below.every((table) =>
      isInWritableRun(runs, physicalAddressIn(imageOffset, start + BigInt(table))),
    )
  );
}

/** The table on the way to an address that cannot be read, if there is one. */
function unreadableTable(
  mmu: Mmu,
  memory: PhysicalMemory,
  root: TranslationRoot,
  address: bigint,
): readonly number[] {
  try {
    mmu.translate(memory, root, address);
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable')) {
      return [error.facts.physicalAddress];
    }
    if (!isVmcorekitError(error, 'not-mapped')) {
      throw error;
    }
  }
  return [];
}
