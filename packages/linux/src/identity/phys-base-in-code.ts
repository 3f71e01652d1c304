import { type KernelView, type Progress, type TranslationRoot, tryRead } from '@vmcorekit/core';
import { kernelImageThrough } from '../kernel-image.ts';
import { runAt } from '../run-at.ts';
import { entryReferences } from './entry-references.ts';

/**
 * The entry of further processors. Its code adds `phys_base` to the link address of the root table,
 * since v2.6.22.
 */
const entryName = 'secondary_startup_64';
/** The distance from its start to the second of the two instructions: 0x49 bytes in 6.1. */
const entrySizeInBytes = 0x400;
/** The entry code comes first in the image of 6.1, and 240 KiB after its start in Debian's 6.12. */
const searchedInBytes = 0x10_0000;
const chunkSizeInBytes = 0x4000;
/** The overlap of two chunks, so that one of them holds a pair of instructions whole. */
const overlapInBytes = 128;

/** The variable `phys_base`, as a kernel's own code uses it. */
export interface PhysBaseInCode {
  readonly address: bigint;
  readonly value: bigint;
  /** The kernel's own root table, which the same code names. */
  readonly root: TranslationRoot;
  /** Found by a symbol, or by a search through the start of the text. */
  readonly foundBy: 'symbol' | 'search';
}

type Kernel = Pick<KernelView, 'dump' | 'memory' | 'symbols' | 'runs'>;

/**
 * Finds `phys_base` without its symbol. The code that brings up a processor computes its CR3 as the
 * constant `init_top_pgt` plus that variable. Only a pair that proves itself counts: the sum must
 * be a root table that maps this very image, at the place that the variable gives.
 */
export function* findPhysBaseInCode(
  kernel: Kernel,
): Generator<Progress, PhysBaseInCode | undefined, void> {
  const entry = kernel.symbols.find(entryName)?.address;
  if (entry !== undefined) {
    const found = inCode(kernel, entry - (entry % 8n), entrySizeInBytes);
    return found === undefined ? undefined : { ...found, foundBy: 'symbol' };
  }
  const start = kernel.runs.find((run) => run.isExecutable && !run.isWritable)?.virtualAddress;
  for (let done = 0; start !== undefined && done < searchedInBytes; done += chunkSizeInBytes) {
    const found = inCode(kernel, start + BigInt(done), chunkSizeInBytes + overlapInBytes);
    if (found !== undefined) {
      return { ...found, foundBy: 'search' };
    }
    yield {
      kind: 'progress',
      doing: 'looking for the code that uses phys_base',
      fraction: done / searchedInBytes,
    };
  }
  return undefined;
}

function inCode(
  kernel: Kernel,
  from: bigint,
  lengthInBytes: number,
): Omit<PhysBaseInCode, 'foundBy'> | undefined {
  const code = tryRead(() => kernel.memory.read(from, lengthInBytes));
  for (const { variable, tableOffset } of code === undefined ? [] : entryReferences(code, 0)) {
    const address = from + BigInt(variable);
    const value = isInData(kernel, address)
      ? tryRead(() => kernel.memory.readInt64(address))
      : undefined;
    const root = value === undefined ? undefined : rootAt(kernel, value, tableOffset);
    if (value !== undefined && root !== undefined) {
      return { address, value, root };
    }
  }
  return undefined;
}

function isInData({ runs }: Kernel, address: bigint): boolean {
  const run = runAt(runs, address);
  return run?.isWritable === true && run === runAt(runs, address + 7n);
}

/** The root table there, if it maps this image where the value says. */
function rootAt(
  { dump, runs }: Kernel,
  physBase: bigint,
  tableOffset: number,
): TranslationRoot | undefined {
  const { layout, architecture } = dump;
  const table = tableOffset + Number(physBase);
  if (layout === null || physBase % BigInt(layout.imageAlignmentInBytes) !== 0n || table <= 0) {
    return undefined;
  }
  const imageOffset = layout.imageOffsetOf({ physBase: Number(physBase) });
  const [first] = runs;
  return architecture?.mmu?.rootsAt(table).find((root) => {
    const image = kernelImageThrough(dump, root);
    return (
      image?.isMappedByItself === true &&
      image.imageOffset === imageOffset &&
      image.runs[0]?.physicalAddress === first?.physicalAddress
    );
  });
}
