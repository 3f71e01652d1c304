import { type Dump, type Kernel, VmcorekitError } from '@vmcorekit/core';
import { type TranslationAnswer, translationJson, translationReport } from '@vmcorekit/report';
import type { Walk, WalkAnswer } from '../../protocol/memory-calls.ts';
import { pageStyle } from '../page-style.ts';

/** The answer of `translate`, through the kernel's tables. Throws `not-mapped` and others. */
export function translate(dump: Dump, kernel: Kernel | null, address: bigint): WalkAnswer {
  if (kernel === null) {
    throw new VmcorekitError('no-kernel', {
      file: dump.files[0] ?? 'dump',
      because: 'no page tables were found',
    });
  }
  const translation = kernel.memory.translate(address);
  const { memory } = dump.image;
  const { physicalAddress } = translation;
  const [piece] = memory.pieces(physicalAddress, physicalAddress + 1);
  const answer = {
    dump,
    virtualAddress: address,
    symbol: kernel.symbols.at(address) ?? null,
    root: kernel.memory.root,
    translation,
    pageState: memory.pageState(Math.floor(physicalAddress / memory.pageSizeInBytes)),
    byteState: piece?.state ?? 'absent',
  } as const;
  return {
    text: translationReport(answer, pageStyle),
    json: translationJson(answer),
    walk: walkOf(dump, answer),
  };
}

function walkOf(
  { architecture }: Dump,
  { root, translation, pageState }: Pick<TranslationAnswer, 'root' | 'translation' | 'pageState'>,
): Walk {
  const { entries, mappingSizeInBytes, isWritable, ...rest } = translation;
  return {
    ...rest,
    rootAddress: root.tableAddress,
    isWritable,
    mappingSizeInBytes: isWritable === null ? null : mappingSizeInBytes,
    pageState,
    entries: entries.map((entry) => ({
      ...entry,
      flags: entry.level === 1 ? (architecture?.mmu?.entryFacts?.(entry.value)?.flags ?? []) : [],
    })),
  };
}
