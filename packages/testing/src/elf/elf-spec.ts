import type { ByteOrder } from '@vmcorekit/core';
import type { NoteFields } from '../notes/cpu-notes.ts';

/** A program header and the bytes it leads to. */
export interface ElfSegmentSpec {
  /** PT_LOAD, or PT_NOTE where there are `notes`. */
  readonly p_type?: number;
  /** The offset of the data; give another one to lie about it, or to share another segment's. */
  readonly p_offset?: number | bigint;
  /** 0. */
  readonly p_vaddr?: number | bigint;
  /** 0. */
  readonly p_paddr?: number | bigint;
  /** The length of the data. */
  readonly p_filesz?: number | bigint;
  /** p_filesz. */
  readonly p_memsz?: number | bigint;
  /** 0, as QEMU writes. */
  readonly p_flags?: number;
  /** 0, as QEMU writes. */
  readonly p_align?: number | bigint;
  readonly data?: Uint8Array;
  readonly notes?: readonly NoteFields[];
  /** The data is put at the next multiple of this; 1. */
  readonly placedAtMultipleOf?: number;
}

/** A section header and its bytes. */
export interface ElfSectionSpec {
  readonly name: string;
  readonly sh_type: number;
  readonly sh_flags?: number | bigint;
  readonly sh_addr?: number | bigint;
  readonly sh_offset?: number | bigint;
  /** The length of the data. */
  readonly sh_size?: number | bigint;
  readonly sh_link?: number;
  readonly sh_info?: number;
  readonly sh_addralign?: number | bigint;
  readonly sh_entsize?: number | bigint;
  readonly data?: Uint8Array;
}

/**
 * An ELF file in named fields. Everything has a default; offsets and counts follow from the rest.
 */
export interface ElfSpec {
  /** 64. */
  readonly wordSizeInBits?: 32 | 64;
  /** `little`. */
  readonly byteOrder?: ByteOrder;
  readonly segments?: readonly ElfSegmentSpec[];
  /**
   * In addition to the null section and .shstrtab, which are added. Left out: no sections at all.
   */
  readonly sections?: readonly ElfSectionSpec[];
  /** Default: after the ELF header. */
  readonly programHeadersAt?: number;
  /** Default: after all data. */
  readonly sectionHeadersAt?: number;
  /** e_phnum is PN_XNUM, and the count lies in the null section's sh_info. */
  readonly hasExtendedCount?: boolean;
  /** Any field of the ELF header by its specification's name. Set last, so it may lie. */
  readonly fields?: Readonly<Record<string, number | bigint>>;
}

export interface ElfFile {
  readonly bytes: Uint8Array;
  /** The offset of each segment's data, in the order of the segments. */
  readonly segmentOffsets: readonly number[];
  readonly programHeadersAt: number;
  readonly sectionHeadersAt: number;
}
