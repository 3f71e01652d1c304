import {
  type Kernel,
  type KernelCache,
  type KernelMemory,
  type Translation,
  uint32At,
  type VirtualAddress,
} from '@vmcorekit/core';
import { bytesReadOnce } from '../../types/cached-bytes.ts';

/** What unwind tables are read from. */
export type OrcMemory = Pick<
  KernelMemory,
  'read' | 'tryRead' | 'readUint32' | 'readInt32' | 'translate'
>;

/** A part of a kernel's unwind tables. */
export interface OrcPart {
  readonly start: VirtualAddress;
  readonly sizeInBytes: number;
}

/**
 * The memory of a kernel, with its own unwind tables from a cache where some pages of the dump show
 * that they are the same. Else they are read whole and kept. Addresses in them count from their own
 * place, so they are equal at each KASLR offset. Without a cache, without a build ID and where a
 * page of them is lost, it is the memory itself. `refused` says why what the cache holds is not
 * used, if it is not. Source: Linux, scripts/sorttable.c: the build sorts them, since 5.6.
 */
export function orcMemoryOf(
  { memory, located: { buildId } }: Pick<Kernel, 'memory' | 'located'>,
  parts: readonly OrcPart[],
  cache: KernelCache | undefined,
): { readonly memory: OrcMemory; readonly refused: string | undefined } {
  if (cache === undefined || buildId === null) {
    return { memory, refused: undefined };
  }
  const stretches = parts.map((part) => ({ memory, ...part }));
  const { bytes, refused } = bytesReadOnce({ cache, buildId, part: 'unwind-rules' }, stretches);
  const copies = bytes?.map((copy, index) => ({
    start: parts[index]?.start ?? 0n,
    bytes: copy,
  }));
  return {
    memory: copies === undefined ? memory : new MemoryWithCopies(memory, copies),
    refused,
  };
}

/** Copies of some parts of a memory. What lies in none of them is read from the memory. */
class MemoryWithCopies implements OrcMemory {
  readonly #memory: KernelMemory;
  readonly #copies: readonly { readonly start: VirtualAddress; readonly bytes: Uint8Array }[];

  constructor(
    memory: KernelMemory,
    copies: readonly { readonly start: VirtualAddress; readonly bytes: Uint8Array }[],
  ) {
    this.#memory = memory;
    this.#copies = copies;
  }

  read(address: VirtualAddress, lengthInBytes: number): Uint8Array {
    return this.#copied(address, lengthInBytes) ?? this.#memory.read(address, lengthInBytes);
  }

  tryRead(address: VirtualAddress, lengthInBytes: number): Uint8Array | undefined {
    return this.#copied(address, lengthInBytes) ?? this.#memory.tryRead(address, lengthInBytes);
  }

  translate(address: VirtualAddress): Translation {
    return this.#memory.translate(address);
  }

  readUint32(address: VirtualAddress): number {
    return uint32At(this.read(address, 4), 0, this.#memory.byteOrder);
  }

  readInt32(address: VirtualAddress): number {
    return this.readUint32(address) | 0;
  }

  #copied(address: VirtualAddress, lengthInBytes: number): Uint8Array | undefined {
    for (const { start, bytes } of this.#copies) {
      const at = Number(address - start);
      if (at >= 0 && at + lengthInBytes <= bytes.length) {
        return bytes.subarray(at, at + lengthInBytes);
      }
    }
    return undefined;
  }
}
