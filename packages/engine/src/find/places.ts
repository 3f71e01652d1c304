import {
  type AddressSpace,
  type Dump,
  type Kernel,
  type KernelSymbol,
  type PhysicalMemory,
  type Progress,
  tryRead,
} from '@vmcorekit/core';
import { aliasesOf } from './aliases.ts';
import { kernelRange } from './find-in-dump.ts';
import type { Matches } from './find-matches.ts';

/** Bytes at an address. */
export interface BytesAt {
  readonly address: bigint;
  readonly bytes: Uint8Array;
}

/** Where a match lies, in each space. */
export interface FoundPlace {
  /** Of its first byte, in the space searched. */
  readonly address: bigint;
  /** Null where the page tables that map it cannot be walked for it alone. */
  readonly physicalAddress: number | null;
  /**
   * Under which the kernel maps its first byte, ascending, at most 16; null where there is no
   * kernel, or it maps more than is walked through.
   */
  readonly virtualAddresses: readonly bigint[] | null;
  /** Of the kernel, that holds one of these addresses; null where none is known to. */
  readonly symbol: (KernelSymbol & { readonly offsetInBytes: number }) | null;
  /** Where its first byte lies in the file as it is; null where it lies there in no such form. */
  readonly fileOffset: number | null;
  /** The match, and what can be read around it. */
  readonly context: BytesAt;
}

export interface PlacesOptions {
  /** The kernel that is asked for virtual addresses; null for none. */
  readonly kernel: Kernel | null;
  /** The virtual memory that was searched; null for physical memory. */
  readonly space: AddressSpace | null;
  /** Of the pattern. */
  readonly lengthInBytes: number;
  /** How many bytes to show before a match and after it. */
  readonly contextInBytes: number;
}

/** Says of each match where it lies in physical memory, in the kernel's memory and in the file. */
export function* placesOf(
  dump: Dump,
  { addresses }: Pick<Matches, 'addresses'>,
  { kernel, space, lengthInBytes, contextInBytes }: PlacesOptions,
): Generator<Progress, FoundPlace[], void> {
  const { memory } = dump.image;
  const physical = addresses.map((address) =>
    space === null
      ? Number(address)
      : (tryRead(() => space.translate(address).physicalAddress) ?? null),
  );
  const known = physical.filter((each) => each !== null);
  const mmu = dump.architecture?.mmu;
  const aliases =
    kernel === null || mmu === undefined || addresses.length === 0
      ? null
      : yield* aliasesOf(memory, mmu, kernel.root, kernelRange(kernel), known);
  const isWholeFile = dump.container === null && dump.files.length === 1;
  return addresses.map((address, index) => {
    const physicalAddress = physical[index] ?? null;
    const at = physicalAddress ?? Number.NaN;
    const virtualAddresses = aliases?.get(at) ?? null;
    return {
      address,
      physicalAddress,
      virtualAddresses,
      symbol:
        kernel === null
          ? null
          : symbolAt(kernel, [...(space === null ? [] : [address]), ...(virtualAddresses ?? [])]),
      fileOffset: isWholeFile ? (memory.fileOffsetOf?.(at) ?? null) : null,
      context: contextOf(memory, space, address, lengthInBytes, contextInBytes),
    };
  });
}

function symbolAt({ symbols }: Kernel, addresses: readonly bigint[]): FoundPlace['symbol'] {
  for (const address of addresses) {
    const symbol = symbols.at(address);
    if (symbol !== undefined) {
      const { name, type, sizeInBytes, module } = symbol;
      const offsetInBytes = Number(address - symbol.address);
      return { name, address: symbol.address, type, sizeInBytes, module, offsetInBytes };
    }
  }
  return null;
}

/** As much around a match as can be read; not beyond its own pages where the next cannot be. */
function contextOf(
  memory: PhysicalMemory,
  space: AddressSpace | null,
  address: bigint,
  lengthInBytes: number,
  contextInBytes: number,
): BytesAt {
  const around = BigInt(contextInBytes);
  const page = BigInt(memory.pageSizeInBytes);
  const end = address + BigInt(lengthInBytes);
  const start = address < around ? 0n : address - around;
  const pageStart = address - (address % page);
  const pageEnd = end + ((page - (end % page)) % page);
  const starts = [start, ...(start < pageStart ? [pageStart] : []), address];
  const ends = [end + around, ...(pageEnd < end + around ? [pageEnd] : []), end];
  const read = (from: bigint, to: bigint): Uint8Array | undefined =>
    tryRead(() =>
      space === null
        ? memory.read(Number(from), Number(to - from))
        : space.read(from, Number(to - from)),
    );
  const from = starts.find((each) => read(each, end) !== undefined) ?? address;
  const bytes = ends.map((each) => read(from, each)).find((each) => each !== undefined);
  return { address: from, bytes: bytes ?? new Uint8Array(0) };
}
