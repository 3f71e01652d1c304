import { readSync } from 'node:fs';

const pageSizeInBytes = 4096;
const sectionSizeInBytes = 64;
const bytesPerEntry: Readonly<Record<string, number>> = { '.xen_p2m': 16, '.xen_pfn': 8 };

/**
 * A domain's memory in the core that Xen wrote. The laboratory reads it with its own few lines,
 * because the code under test must not be its own witness.
 */
export class XenCoreMemory {
  readonly #file: number;
  readonly #pagesAt: number;
  /** The place of each page in `.xen_pages`, by its number in the domain. */
  readonly #places: ReadonlyMap<number, number>;

  /** @throws {Error} when the file is no core of Xen. The caller still closes the file. */
  constructor(file: number) {
    this.#file = file;
    const sections = this.#sections();
    const list = sections.find(({ name }) => bytesPerEntry[name] !== undefined);
    const pages = sections.find(({ name }) => name === '.xen_pages');
    if (list === undefined || pages === undefined) {
      throw new Error('wanted the core of a Xen domain');
    }
    const size = bytesPerEntry[list.name] ?? 1;
    const entries = this.#read(list.fileOffset, list.sizeInBytes);
    this.#pagesAt = pages.fileOffset;
    this.#places = new Map(
      Array.from({ length: list.sizeInBytes / size }, (_, index) => [
        Number(entries.readBigUInt64LE(index * size)),
        index,
      ]),
    );
  }

  /** Within a page. @returns undefined where the domain has no memory. */
  read(physicalAddress: number, sizeInBytes: number): Buffer | undefined {
    const inPage = physicalAddress % pageSizeInBytes;
    const place = this.#places.get((physicalAddress - inPage) / pageSizeInBytes);
    return place === undefined
      ? undefined
      : this.#read(this.#pagesAt + place * pageSizeInBytes + inPage, sizeInBytes);
  }

  #sections() {
    const header = this.#read(0, 64);
    const count = header.readUInt16LE(60);
    const table = this.#read(Number(header.readBigUInt64LE(40)), count * sectionSizeInBytes);
    const rows = Array.from({ length: count }, (_, index) => {
      const at = index * sectionSizeInBytes;
      return {
        nameAt: table.readUInt32LE(at),
        fileOffset: Number(table.readBigUInt64LE(at + 24)),
        sizeInBytes: Number(table.readBigUInt64LE(at + 32)),
      };
    });
    const names = rows[header.readUInt16LE(62)];
    const text =
      names === undefined ? '' : this.#read(names.fileOffset, names.sizeInBytes).toString('latin1');
    return rows.map((row) => ({ ...row, name: text.slice(row.nameAt).split('\0')[0] ?? '' }));
  }

  #read(fileOffset: number, sizeInBytes: number): Buffer {
    const bytes = Buffer.alloc(sizeInBytes);
    readSync(this.#file, bytes, 0, sizeInBytes, fileOffset);
    return bytes;
  }
}
