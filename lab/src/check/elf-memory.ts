import { readSync } from 'node:fs';

/** A stretch of memory in the dump. */
export interface LoadSegment {
  readonly fileOffset: number;
  readonly physicalAddress: number;
  readonly sizeInBytes: number;
}

const programHeaderSizeInBytes = 56;
const loadSegment = 1; // PT_LOAD

/**
 * A guest's physical memory in QEMU's ELF64 dump. The laboratory reads it with its own few lines,
 * because the code under test must not be its own witness.
 */
export class ElfMemory {
  readonly #file: number;
  readonly segments: readonly LoadSegment[];

  /** @throws {Error} when the file is not ELF64. The caller still closes the file. */
  constructor(file: number) {
    this.#file = file;
    const header = this.#read(0, 64);
    if (header.toString('latin1', 0, 5) !== '\x7fELF\x02') {
      throw new Error('wanted an ELF64 dump of the laboratory');
    }
    const e_phoff = Number(header.readBigUInt64LE(32));
    const e_phnum = header.readUInt16LE(56);
    const headers = this.#read(e_phoff, e_phnum * programHeaderSizeInBytes);
    this.segments = Array.from({ length: e_phnum }, (_, index) => index * programHeaderSizeInBytes)
      .filter((at) => headers.readUInt32LE(at) === loadSegment)
      .map((at) => ({
        fileOffset: Number(headers.readBigUInt64LE(at + 8)),
        physicalAddress: Number(headers.readBigUInt64LE(at + 24)),
        sizeInBytes: Number(headers.readBigUInt64LE(at + 32)),
      }));
  }

  /** @returns undefined where the guest has no memory. */
  read(physicalAddress: number, sizeInBytes: number): Buffer | undefined {
    const segment = this.segments.find(
      (candidate) =>
        physicalAddress >= candidate.physicalAddress &&
        physicalAddress + sizeInBytes <= candidate.physicalAddress + candidate.sizeInBytes,
    );
    return segment === undefined
      ? undefined
      : this.#read(segment.fileOffset + physicalAddress - segment.physicalAddress, sizeInBytes);
  }

  #read(fileOffset: number, sizeInBytes: number): Buffer {
    const bytes = Buffer.alloc(sizeInBytes);
    readSync(this.#file, bytes, 0, sizeInBytes, fileOffset);
    return bytes;
  }
}
