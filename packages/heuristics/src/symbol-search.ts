import {
  type CandidateFinding,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type KernelClaim,
  type Progress,
  type SymbolTable,
  VmcorekitError,
} from '@vmcorekit/core';
import { kernelFacts, physBaseVariableOf } from '@vmcorekit/linux';
import { allViews, type KernelView } from './kernel-views.ts';
import { matchSymbols } from './symbol-match.ts';

/**
 * Kernel symbols, from a file or carved from the kernel's own memory. Carved ones are run-time addresses: the variable `phys_base` is read
 * by them. A file's are link addresses: their distance from where the kernel has the same symbols is the KASLR offset.
 * A file that belongs to none of the kernels found is refused by name (`wrong-symbols`).
 */
export const symbolSearch: Heuristic = {
  name: 'symbol-search',
  summary: "reads phys_base by the kernel's own symbols (kallsyms), and the KASLR offset by a symbol file's",
  needs: ['paging', 'kernel-layout'],
  cost: 'scan',
  yields: [
    'physBase',
    'kaslrOffset',
    'textVirtualAddress',
    'textPhysicalAddress',
    'pageTableRoot',
    'pagingLevels',
    'release',
    'banner',
    'buildId',
  ],
  looksAt: "the kernel's read-only data, through page tables known or searched for",
  architectures: ['x86_64'],
  options: {},
  run: search,
};

function* search(context: HeuristicContext): Generator<Finding | Progress, void, void> {
  const refusals = new Map<SymbolTable, string>();
  const matched = new Set<SymbolTable>();
  for (const view of yield* allViews(context)) {
    const { image, space } = view;
    const kernel = yield* context.symbolsOf({ root: image.root, space, runs: image.runs });
    if (kernel !== undefined) {
      yield* byOwnSymbols(context, view, kernel);
    }
    for (const file of context.symbolFiles) {
      const found = byFile(context, view, kernel, file);
      if (typeof found === 'string') {
        refusals.set(file, found);
      } else if (found !== undefined) {
        matched.add(file);
        yield found;
      }
    }
  }
  for (const [file, because] of refusals) {
    if (!matched.has(file)) {
      throw new VmcorekitError('wrong-symbols', { file: file.from, because });
    }
  }
}

function* byOwnSymbols({ dump }: HeuristicContext, view: KernelView, kernel: SymbolTable): Generator<Finding, void, void> {
  const variable = physBaseVariableOf(view.space, kernel);
  if (variable === undefined) {
    return;
  }
  const at = [{ virtualAddress: variable.address }];
  const because = `${kernel.from} has phys_base at ${hex(variable.address)}, where ${hex(variable.value)} stands`;
  if (variable.value !== BigInt(view.image.physBase)) {
    yield { kind: 'remark', because: `${because}, but the image is mapped at phys_base ${hex(view.image.physBase)}`, at };
    return;
  }
  yield candidate(view, { ...kernelFacts(view.space, kernel, dump.image.memory.byteOrder) }, because, at);
}

/** A finding, a reason to refuse the file, or undefined where nothing can be compared. */
function byFile(
  { dump }: HeuristicContext,
  view: KernelView,
  kernel: SymbolTable | undefined,
  file: SymbolTable,
): CandidateFinding | string | undefined {
  const layout = dump.architecture?.kernelLayout;
  if (layout === undefined) {
    return undefined;
  }
  const match = matchSymbols(file, kernel, view.space, view.image.textStart?.virtualAddress, layout);
  if ('refused' in match) {
    return match.refused;
  }
  if ('undecided' in match) {
    return undefined;
  }
  const running = movedBy(file, BigInt(match.offset));
  const variable = physBaseVariableOf(view.space, running);
  if (variable !== undefined && variable.value !== BigInt(view.image.physBase)) {
    return `they put phys_base at ${hex(variable.address)}, where ${hex(variable.value)} stands instead of ${hex(view.image.physBase)}`;
  }
  return candidate(
    view,
    {
      ...kernelFacts(view.space, running, dump.image.memory.byteOrder),
      ...(file.addresses === 'link' ? { kaslrOffset: match.offset } : {}),
    },
    `the kernel runs ${hex(match.offset)} from where ${file.from} has it, and its banner and phys_base stand there`,
    [{ virtualAddress: running.addressOf('linux_banner') ?? 0n }],
  );
}

function movedBy(file: SymbolTable, distance: bigint): SymbolTable {
  return {
    from: file.from,
    addresses: 'runtime',
    size: file.size,
    addressOf(name) {
      const address = file.addressOf(name);
      return address === undefined ? undefined : address + distance;
    },
  };
}

function candidate(view: KernelView, claim: KernelClaim, because: string, at: CandidateFinding['at']): CandidateFinding {
  const { physBase, root } = view.image;
  return {
    kind: 'candidate',
    evidence: 'symbols',
    strength: 'proof',
    claim: { ...claim, physBase, pageTableRoot: root.pageTableRoot, pagingLevels: root.levels },
    because,
    at,
    ...(view.reachedByCpu ? { reachedByCpu: true } : {}),
  };
}
