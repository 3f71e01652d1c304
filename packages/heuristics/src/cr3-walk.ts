import {
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type Place,
  type Progress,
  type TranslationRoot,
} from '@vmcorekit/core';
import {
  type CpuTables,
  cpuTablesOf,
  type KernelImage,
  kernelImageOfCpu,
  type TableLoss,
} from '@vmcorekit/linux';
import { claimOf, firstMappingOf, imageClaimFields } from './image-claim.ts';

/** CPUs whose roots give the same answer. */
interface Answer {
  readonly image: KernelImage;
  readonly cpus: number[];
}

/**
 * Where every CPU's own CR3 puts the kernel. The first mapping of the image window gives phys_base
 * (physical minus virtual address). Under page-table isolation, a CPU in user mode uses the user's
 * half, so the kernel's half is read too. A CPU in firmware, a boot loader or the decompressor maps
 * nothing there, and yields nothing. Source: Linux, arch/x86/include/asm/page_64.h
 * (`__phys_addr_nodebug`: phys_base relates the image window to physical memory).
 */
export const cr3Walk: Heuristic = {
  name: 'cr3-walk',
  summary: "walks every CPU's page tables to the kernel image",
  needs: ['cpu-registers', 'paging', 'kernel-layout'],
  cost: 'header',
  yields: imageClaimFields,
  looksAt: 'the page tables under the CR3 of each CPU (QEMU notes)',
  architectures: ['x86_64', 'i386'],
  options: {},
  run: walkAll,
};

function* walkAll({ dump }: HeuristicContext): Generator<Finding | Progress, void, void> {
  const { layout } = dump;
  const mmu = dump.architecture?.mmu;
  if (mmu === undefined || layout === null) {
    return;
  }
  const byRoot = new Map<string, KernelImage | undefined>();
  const answers = new Map<string, Answer>();
  const without: string[] = [];
  let areAllOff = dump.cpus.length > 0;
  for (const cpu of dump.cpus) {
    const root = mmu.rootOf(cpu.registers);
    areAllOff &&= mmu.isTranslating?.(cpu.registers) === false;
    if (root === undefined) {
      const isOn = mmu.isTranslating?.(cpu.registers) === true;
      const because = isOn ? 'its CR3 leads to no page of this memory' : 'paging is off';
      without.push(`CPU ${cpu.index}: ${cpu.registers.has('cr3') ? because : 'no CR3'}`);
      continue;
    }
    if (!byRoot.has(root.key)) {
      byRoot.set(root.key, kernelImageOfCpu(dump, root));
      yield {
        kind: 'progress',
        doing: "walking the CPUs' page tables",
        fraction: cpu.index / dump.cpus.length,
      };
    }
    const image = byRoot.get(root.key);
    if (image === undefined) {
      without.push(
        `CPU ${cpu.index}: CR3 ${hex(root.tableAddress ?? 0)} ${whyWithoutImage(cpuTablesOf(dump, cpu))}`,
      );
      continue;
    }
    const answerKey = `${image.imageOffset}/${image.textStart?.virtualAddress}/${root.levels}`;
    const answer = answers.get(answerKey) ?? { image, cpus: [] };
    answers.set(answerKey, answer);
    answer.cpus.push(cpu.index);
  }
  for (const { image, cpus } of answers.values()) {
    const [first] = image.runs;
    const at: Place[] = [
      ...tablePlaces(image.root),
      ...(first === undefined ? [] : [placeOf(first)]),
    ];
    yield {
      kind: 'candidate',
      evidence: 'paging',
      ...claimOf(image, layout),
      because: `${cpuList(cpus)}: ${firstMappingOf(image)}, through ${image.root.summary}`,
      at,
      reachedByCpu: true,
    };
  }
  if (areAllOff) {
    yield {
      kind: 'remark',
      because: 'paging is off on every CPU: the machine was in its firmware, as after a reset',
      at: [],
    };
  } else if (without.length > 0) {
    yield {
      kind: 'remark',
      because: without.slice(0, 8).join('; ') + (without.length > 8 ? '; …' : ''),
      at: [],
    };
  }
}

const lossTexts: Readonly<Record<TableLoss, string>> = {
  absent: 'in memory that the file has lost',
  corrupt: 'in memory that the file has lost',
  outside: 'outside all memory that the file holds',
  excluded: 'in memory that was left out of the file',
  zero: 'in a page of zeros, which is no table',
};

/**
 * Why a CPU's root shows no kernel. That proves that none runs there only where all its tables are
 * in the dump.
 */
function whyWithoutImage(tables: CpuTables): string {
  if (tables.kind === 'foreign') {
    return `does not map ${hex(tables.instructionAddress)}, where the CPU runs: the tables there are not its own`;
  }
  if (tables.kind !== 'lost') {
    return 'maps no kernel image';
  }
  const { root, tableAddress, loss } = tables;
  const where = `lies ${lossTexts[loss]}`;
  return tableAddress === root.tableAddress
    ? where
    : `leads to a table at ${hex(tableAddress)}, which ${where}`;
}

/** The place of a root's table, as evidence. */
function tablePlaces({ tableAddress }: TranslationRoot): Place[] {
  return tableAddress === null ? [] : [{ physicalAddress: tableAddress }];
}

function placeOf(mapping: {
  readonly virtualAddress: bigint;
  readonly physicalAddress: number;
}): Place {
  return { virtualAddress: mapping.virtualAddress, physicalAddress: mapping.physicalAddress };
}

function cpuList(cpus: readonly number[]): string {
  const shown =
    cpus.slice(0, 8).join(', ') + (cpus.length > 8 ? `, … (${cpus.length} in all)` : '');
  return cpus.length === 1 ? `CPU ${shown}` : `CPUs ${shown}`;
}
