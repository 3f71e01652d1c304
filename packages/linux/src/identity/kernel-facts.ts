import { type KernelClaim, type KernelView, tryRead } from '@vmcorekit/core';
import { bannerAt, buildIdFrom, releaseOf } from './banner.ts';

/**
 * What run-time symbols reveal about a kernel: the start of its text, its banner, its build ID. Not
 * where it lies.
 */
export function kernelFacts(
  kernel: Pick<KernelView, 'memory' | 'symbols'>,
): Pick<
  KernelClaim,
  'textVirtualAddress' | 'textPhysicalAddress' | 'banner' | 'release' | 'buildId'
> {
  const { memory, symbols } = kernel;
  const address = symbols.find('linux_banner')?.address;
  const banner = address === undefined ? undefined : bannerAt(memory, address);
  const release = releaseOf(banner ?? '');
  const buildId = buildIdFrom(kernel, symbols);
  return {
    // Every kernel's banner names a release: one without is damaged.
    ...(banner === undefined || release === undefined ? {} : { banner, release }),
    ...(buildId === undefined ? {} : { buildId }),
    ...textFacts(kernel),
  };
}

/** The start of the text, by run-time symbols. */
export function textFacts({
  memory,
  symbols,
}: Pick<KernelView, 'memory' | 'symbols'>): Pick<
  KernelClaim,
  'textVirtualAddress' | 'textPhysicalAddress'
> {
  const text = symbols.find('_text')?.address;
  const physical =
    text === undefined ? undefined : tryRead(() => memory.translate(text).physicalAddress);
  return {
    ...(text === undefined ? {} : { textVirtualAddress: text }),
    ...(physical === undefined ? {} : { textPhysicalAddress: physical }),
  };
}

/**
 * The value of the kernel's variable `phys_base`, by run-time symbols. Undefined where it cannot be
 * read.
 */
export function physBaseVariableOf({
  memory,
  symbols,
}: Pick<KernelView, 'memory' | 'symbols'>):
  | { readonly address: bigint; readonly value: bigint }
  | undefined {
  const address = symbols.find('phys_base')?.address;
  const value = address === undefined ? undefined : tryRead(() => memory.readUint64(address));
  return address === undefined || value === undefined
    ? undefined
    : { address, value: BigInt.asIntN(64, value) };
}
