import { type AddressSpace, type ByteOrder, type KernelClaim, type SymbolTable, tryRead } from '@vmcorekit/core';
import { bannerAt, buildIdFrom, releaseOf } from './banner.ts';

/** What run-time symbols let one read of a kernel: where its text begins, its banner, its build ID. Not where it lies. */
export function kernelFacts(
  space: AddressSpace,
  symbols: SymbolTable,
  byteOrder: ByteOrder,
): Pick<KernelClaim, 'textVirtualAddress' | 'textPhysicalAddress' | 'banner' | 'release' | 'buildId'> {
  const address = symbols.addressOf('linux_banner');
  const banner = address === undefined ? undefined : bannerAt(space, address);
  const release = banner === undefined ? undefined : releaseOf(banner);
  const buildId = buildIdFrom(space, symbols, byteOrder);
  const text = symbols.addressOf('_text');
  const physical = text === undefined ? undefined : tryRead(() => space.translate(text).physicalAddress);
  return {
    ...(banner === undefined ? {} : { banner }),
    ...(release === undefined ? {} : { release }),
    ...(buildId === undefined ? {} : { buildId }),
    ...(text === undefined ? {} : { textVirtualAddress: text }),
    ...(physical === undefined ? {} : { textPhysicalAddress: physical }),
  };
}

/** The value of the kernel's variable `phys_base`, by run-time symbols; undefined where it cannot be read. */
export function physBaseVariableOf(
  space: AddressSpace,
  symbols: SymbolTable,
): { readonly address: bigint; readonly value: bigint } | undefined {
  const address = symbols.addressOf('phys_base');
  const value = address === undefined ? undefined : tryRead(() => space.readUint64(address));
  return address === undefined || value === undefined ? undefined : { address, value: BigInt.asIntN(64, value) };
}
