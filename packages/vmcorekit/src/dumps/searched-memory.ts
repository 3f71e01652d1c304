import type { AddressSpace, Dump, Kernel } from '@vmcorekit/core';
import { type FindRequest, kernelRange } from '@vmcorekit/engine';
import type { AddressOperand } from '../arguments/address-operand.ts';
import type { OptionValues } from '../arguments/option-spec.ts';
import type { Wanted } from '../arguments/wanted-options.ts';
import type { Invocation } from '../command.ts';
import {
  addressIn,
  addressSpaceOf,
  type addressSpaceOptionTable,
  type FoundSpace,
  type NoAddress,
} from './address-space-option.ts';
import { locateKernel, unmetChoice } from './locate-by-rules.ts';
import { locateOptionsOf } from './locate-options.ts';

/** What is searched for, and where, as the command line says. */
export interface AskedSearch {
  readonly wanted: Wanted;
  readonly isVirtual: boolean;
  readonly from: AddressOperand | undefined;
  readonly to: AddressOperand | undefined;
  readonly limit: number;
}

/** A search ready to begin, and the kernel for what it finds. */
export interface SearchedMemory {
  readonly request: FindRequest;
  /** The virtual memory that is searched; null for physical memory. */
  readonly space: AddressSpace | null;
  /** The kernel in the dump, or why there is none. Searches for it unless that is done. */
  readonly kernel: () => Promise<Kernel | { readonly because: string }>;
}

type World = Pick<Invocation, 'toolkit' | 'io' | 'global' | 'configuration' | 'here'>;
type SpaceOptions = OptionValues<typeof addressSpaceOptionTable>;

/**
 * Turns what was asked for into addresses and page tables. Searches for the kernel only if one of
 * them needs it. Throws `UsageError` as `virtualAddressOf` does, and `usage`.
 */
export async function searchedMemory(
  world: World,
  options: SpaceOptions,
  dump: Dump,
  { wanted, isVirtual, from, to, limit }: AskedSearch,
): Promise<SearchedMemory | NoAddress> {
  const needsSymbols = [wanted.symbol, from, to].some((each) => typeof each === 'object');
  const found =
    isVirtual || needsSymbols
      ? await addressSpaceOf(world, options, dump, needsSymbols)
      : undefined;
  if (found !== undefined && 'because' in found) {
    return found;
  }
  const resolved: (bigint | undefined)[] = [];
  for (const [operand, what] of [
    [wanted.symbol, 'what to find'],
    [from, '--from'],
    [to, '--to'],
  ] as const) {
    const address =
      typeof operand === 'object' && found !== undefined
        ? await addressIn(found, operand, what)
        : (operand as bigint | undefined);
    if (typeof address === 'object') {
      return address;
    }
    resolved.push(address);
  }
  const [symbol, start, end] = resolved;
  const space = isVirtual && found !== undefined ? found.space : null;
  const ofKernel = space === null ? undefined : await rangeOf(world, options, dump, found);
  const first = start ?? ofKernel?.start;
  const last = end ?? ofKernel?.end;
  const { byteOrder, wordSizeInBits } = dump.image;
  return {
    space,
    request: {
      pattern: wanted.patternIn(space ?? { byteOrder, wordSizeInBits }, symbol),
      limit,
      ...(space === null ? {} : { root: space.root }),
      ...(first === undefined ? {} : { from: first }),
      ...(last === undefined ? {} : { to: last }),
    },
    kernel: () => kernelOf(world, options, dump, found),
  };
}

/**
 * The kernel's part of virtual memory, or the other one for a process. Undefined for a CPU's
 * memory, which is searched whole.
 */
async function rangeOf(
  { toolkit }: World,
  { cpu, pid }: SpaceOptions,
  dump: Dump,
  found: FoundSpace | undefined,
): Promise<ReturnType<typeof kernelRange> | undefined> {
  const verdict = found?.verdict ?? null;
  if (cpu !== undefined || verdict === null) {
    return undefined;
  }
  const kernel = await toolkit.openKernel(dump, verdict);
  const range = kernel === null ? undefined : kernelRange(kernel);
  // A kernel of 32 bits shares its half with processes.
  return range === undefined || pid === undefined || range.start === 0n
    ? range
    : { start: 0n, end: range.start };
}

async function kernelOf(
  world: World,
  options: SpaceOptions,
  dump: Dump,
  found: FoundSpace | undefined,
): Promise<Kernel | { readonly because: string }> {
  let verdict = found?.verdict ?? null;
  if (verdict === null) {
    const search = await locateOptionsOf(world.toolkit, options);
    verdict = await locateKernel(world, dump, search);
    const because = unmetChoice(dump, search, verdict);
    if (because !== undefined) {
      return { because };
    }
  }
  const because = verdict.kernel === null ? verdict.explanation : 'nothing maps the kernel found';
  return (await world.toolkit.openKernel(dump, verdict)) ?? { because };
}
