import type { PhysicalMemory, Registers } from '@vmcorekit/core';
import { isInMemory } from '../table-pages.ts';
import { tableWords } from '../table-words.ts';
import { type Riscv64Root, riscv64Root } from './root.ts';

const pageSizeInBytes = 0x1000;
const wordsPerPage: number = pageSizeInBytes / 4;
/** The upper half of the entries serves the kernel. */
const kernelHalf: number = wordsPerPage / 2;
/** The field MODE of satp: Sv39, Sv48 and Sv57. Source: Privileged Architecture, "satp". */
const levelsByMode: ReadonlyMap<bigint, 3 | 4 | 5> = new Map([
  [8n, 3],
  [9n, 4],
  [10n, 5],
]);
const modeShift = 60n;
const pageNumberMask = (1n << 44n) - 1n;
/**
 * How far the kernel's root lies from the tables of its fixed mappings, all in the same section of
 * the image. Measured on 6.12: 4 to 8 pages. Source: Linux, arch/riscv/mm/init.c
 * (`__page_aligned_bss`).
 */
const reachInPages = 64;
/** A kernel's half has some ten entries. */
const maxTables = 32;

/**
 * What satp names, and roots near the tables that it shares with the kernel's own root. A process's
 * root has the kernel's entries too. The kernel's own has no others, and lies in the image near
 * `fixmap_pud`, `fixmap_pmd` and their like. Source: Linux, arch/riscv/include/asm/pgalloc.h
 * (sync_kernel_mappings).
 */
export function kernelRootsOf(memory: PhysicalMemory, registers: Registers): Riscv64Root[] {
  const satp = registers.get('satp') ?? 0n;
  const levels = levelsByMode.get(satp >> modeShift);
  const table = Number(satp & pageNumberMask) * pageSizeInBytes;
  const words = levels === undefined ? undefined : wordsAt(memory, table);
  if (levels === undefined || words === undefined) {
    return [];
  }
  const own = Uint32Array.from(words);
  const near = [...pagesNear(tablesOf(own))].filter(
    (page) => page !== table && hasKernelHalfOf(own, wordsAt(memory, page)),
  );
  return [table, ...near].map((address) => riscv64Root(address, levels));
}

function wordsAt(memory: PhysicalMemory, page: number): Uint32Array | undefined {
  return isInMemory(memory, page) ? tableWords(memory, page, pageSizeInBytes) : undefined;
}

/** The tables that the kernel's half of a root leads to. */
function tablesOf(words: Uint32Array): number[] {
  const tables: number[] = [];
  for (let at = kernelHalf; at < wordsPerPage && tables.length < maxTables; at += 2) {
    const low = words[at] ?? 0;
    const high = words[at + 1] ?? 0;
    // A valid entry without rights leads to a table; its page number is in bits 10 to 53.
    if ((low & 0xf) === 1) {
      tables.push(((high & 0x3f_ffff) * 2 ** 22 + (low >>> 10)) * pageSizeInBytes);
    }
  }
  return tables;
}

function pagesNear(tables: readonly number[]): Set<number> {
  const pages = new Set<number>();
  for (const table of tables) {
    for (let distance = -reachInPages; distance <= reachInPages; distance++) {
      pages.add(table + distance * pageSizeInBytes);
    }
  }
  return pages;
}

/** Whether a page has each entry of the kernel's half, and none in the other. */
function hasKernelHalfOf(own: Uint32Array, page: Uint32Array = new Uint32Array()): boolean {
  return (
    page.length === wordsPerPage &&
    page.every((word, at) => {
      const wanted = at < kernelHalf ? 0 : own[at];
      return word === wanted || (at >= kernelHalf && wanted === 0);
    })
  );
}
