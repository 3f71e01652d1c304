import { type ByteSource, hex, readExactly, VmcorekitError } from '@vmcorekit/core';
import type { Tag } from './tags.ts';

const pageSizeInBytes = 4096;
/** VMware puts what does not fit below 3 GiB after 4 GiB. */
const lowMemoryEnd = 0xc000_0000;
const highMemoryStart = 0x1_0000_0000;
/** VMware has two or three. */
const maxRegions = 4096;
/** No machine has pages at or after this number. */
const maxPages = 2 ** 40;

/** A stretch of physical memory, and where it lies in the memory's bytes. */
export interface Region {
  readonly start: number;
  readonly offset: number;
  readonly sizeInBytes: number;
}

/** What the group `memory` says. */
export class MemoryTags {
  /** The memory itself, where the file holds it: the block `Memory`. */
  block: Tag | undefined;
  #count = 0;
  /** By the index of the region: its page in the memory's bytes, its first page, its size. */
  readonly #fields: Map<string, Map<number, number>> = new Map();

  take(tag: Tag, source: ByteSource): void {
    const { name, indices, fileOffset } = tag;
    if (name === 'Memory') {
      this.block ??= tag;
    } else if (name === 'regionsCount') {
      this.#count = numberOf(tag, source);
      if (this.#count > maxRegions) {
        throw new VmcorekitError('malformed', {
          structure: 'VMware state',
          fileOffset,
          field: 'regionsCount',
          wanted: `at most ${maxRegions}`,
          got: this.#count,
        });
      }
    } else if (name.startsWith('region')) {
      const [index = 0] = indices;
      const values = this.#fields.get(name) ?? new Map<number, number>();
      if (index < maxRegions) {
        this.#fields.set(name, values.set(index, numberOf(tag, source)));
      }
    }
  }

  /** Whether the file says where memory lies; else it is as VMware lays it out. */
  get statesRegions(): boolean {
    return this.#count > 0;
  }

  /** Where the memory's bytes lie. Throws `malformed` for pages that no machine has. */
  regionsOf(sizeInBytes: number): readonly Region[] {
    if (this.#count === 0) {
      const low = Math.min(sizeInBytes, lowMemoryEnd);
      return [
        { start: 0, offset: 0, sizeInBytes: low },
        { start: highMemoryStart, offset: low, sizeInBytes: sizeInBytes - low },
      ].filter((region) => region.sizeInBytes > 0);
    }
    return Array.from({ length: this.#count }, (_, index) => {
      const [page, ppn, pages] = ['regionPageNum', 'regionPPN', 'regionSize'].map(
        (name) => this.#fields.get(name)?.get(index) ?? 0,
      );
      const [offset = 0, start = 0, size = 0] = [page, ppn, pages].map(
        (value = 0) => value * pageSizeInBytes,
      );
      if (Math.max(page ?? 0, (ppn ?? 0) + (pages ?? 0)) > maxPages) {
        throw new VmcorekitError('malformed', {
          structure: 'VMware state',
          fileOffset: 0,
          field: `region ${index}`,
          wanted: `pages below ${hex(maxPages)}`,
          got: `${ppn} and ${pages} more, at page ${page}`,
        });
      }
      return { start, offset, sizeInBytes: size };
    });
  }
}

/** A little-endian number of at most 8 bytes; exact below 2^53. */
export function numberOf(tag: Tag, source: ByteSource): number {
  return Number(wordOf(tag, source));
}

export function wordOf({ fileOffset, sizeInBytes, name }: Tag, source: ByteSource): bigint {
  const bytes = readExactly(source, fileOffset, Math.min(sizeInBytes, 8), name);
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}
