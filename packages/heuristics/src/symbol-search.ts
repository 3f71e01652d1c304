import {
  type CandidateFinding,
  type Finding,
  type Heuristic,
  type HeuristicContext,
  hex,
  type KernelClaim,
  type KernelView,
  type Progress,
  type SymbolTable,
  VmcorekitError,
} from '@vmcorekit/core';
import { kernelFacts, MovedSymbols, physBaseVariableOf } from '@vmcorekit/linux';
import { placeOf } from './image-claim.ts';
import { allImages, type KnownImage } from './known-images.ts';
import { matchSymbols } from './symbol-match.ts';

/**
 * Kernel symbols, from a file or carved from the kernel's own memory. Carved ones have run-time
 * addresses, and give the variable `phys_base`. A file's have link addresses: their distance from
 * the kernel's own is the KASLR offset. A file that matches none of the kernels found is refused by
 * name (`wrong-symbols`).
 */
export const symbolSearch: Heuristic = {
  name: 'symbol-search',
  summary:
    "reads phys_base by the kernel's own symbols (kallsyms), and the KASLR offset by a symbol file's",
  needs: ['paging', 'kernel-layout'],
  cost: 'scan',
  yields: [
    'imageOffset',
    'physBase',
    'kaslrOffset',
    'textVirtualAddress',
    'textPhysicalAddress',
    'root',
    'release',
    'banner',
    'buildId',
  ],
  looksAt: "the kernel's read-only data, through page tables known or searched for",
  architectures: 'any',
  options: {},
  run: search,
};

function* search(context: HeuristicContext): Generator<Finding | Progress, void, void> {
  const refusals = new Map<SymbolTable, string>();
  const matched = new Set<SymbolTable>();
  for (const known of yield* allImages(context)) {
    const kernel = yield* context.kernelThrough(known.image.root, known.image.runs);
    if (kernel.symbols.size > 0) {
      yield* byOwnSymbols(known, kernel);
    }
    for (const file of context.symbolFiles) {
      const found = byFile(known, kernel, file);
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

function* byOwnSymbols(known: KnownImage, kernel: KernelView): Generator<Finding, void, void> {
  const variable = physBaseVariableOf(kernel);
  const physBase = kernel.dump.layout?.physBaseOf(known.image.imageOffset) ?? null;
  if (variable === undefined || physBase === null) {
    return;
  }
  const at = [{ virtualAddress: variable.address }];
  const because = `${kernel.symbols.from} has phys_base at ${hex(variable.address)}, where ${hex(variable.value)} stands`;
  if (variable.value !== BigInt(physBase)) {
    yield {
      kind: 'remark',
      because: `${because}, but the image is mapped at phys_base ${hex(physBase)}`,
      at,
    };
    return;
  }
  yield candidate(known, kernel, { ...kernelFacts(kernel) }, because, at);
}

/** A finding; a reason to refuse the file; or undefined where nothing can be compared. */
function byFile(
  known: KnownImage,
  kernel: KernelView,
  file: SymbolTable,
): CandidateFinding | string | undefined {
  const { layout } = kernel.dump;
  if (layout === null) {
    return undefined;
  }
  const physBase = layout.physBaseOf(known.image.imageOffset);
  const own = kernel.symbols.size === 0 ? undefined : kernel.symbols;
  const match = matchSymbols(
    file,
    own,
    kernel.memory,
    known.image.textStart?.virtualAddress,
    layout,
  );
  if ('refused' in match) {
    return match.refused;
  }
  if ('undecided' in match) {
    return undefined;
  }
  if ('identified' in match) {
    const claim = kernelFacts(kernel);
    return candidate(known, kernel, claim, `${file.from} has its ${match.identified}`, []);
  }
  const running = { memory: kernel.memory, symbols: new MovedSymbols(file, BigInt(match.offset)) };
  const variable = physBaseVariableOf(running);
  if (variable !== undefined && physBase !== null && variable.value !== BigInt(physBase)) {
    return `they put phys_base at ${hex(variable.address)}, where ${hex(variable.value)} stands instead of ${hex(physBase)}`;
  }
  return candidate(
    known,
    kernel,
    {
      ...kernelFacts(running),
      ...(file.addresses === 'link' ? { kaslrOffset: match.offset } : {}),
    },
    `the kernel runs ${hex(match.offset)} from where ${file.from} has it, and its banner ${physBase === null ? 'stands' : 'and phys_base stand'} there`,
    [{ virtualAddress: running.symbols.find('linux_banner')?.address ?? 0n }],
  );
}

function candidate(
  { image, reachedByCpu }: KnownImage,
  { dump }: KernelView,
  claim: KernelClaim,
  because: string,
  at: CandidateFinding['at'],
): CandidateFinding {
  return {
    kind: 'candidate',
    evidence: 'symbols',
    strength: 'proof',
    claim: {
      ...claim,
      ...(dump.layout === null ? {} : placeOf(image.imageOffset, dump.layout)),
      root: image.root,
    },
    because,
    at,
    ...(reachedByCpu ? { reachedByCpu: true } : {}),
  };
}
