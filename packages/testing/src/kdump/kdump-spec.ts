import type { ByteOrder, Note } from '@vmcorekit/core';

export interface KdumpPage {
  /** In the file's own count. */
  readonly pfn: number;
  /** The stored bytes; a page without any exists, and is left out. */
  readonly bytes?: Uint8Array;
  /** Stored raw, although the dump is compressed. */
  readonly isRaw?: boolean;
  /** Values for the descriptor that replace the true ones. */
  readonly descriptor?: {
    readonly offset?: number | bigint;
    readonly size?: number;
    readonly flags?: number;
  };
}

export interface KdumpCompression {
  /** The bit in a descriptor's flags and in the header's status. */
  readonly flag: number;
  /** A page for which it returns undefined is stored raw. */
  readonly encode: (page: Uint8Array) => Uint8Array | undefined;
}

/** A KDUMP file in named fields. Everything but the pages has a default. */
export interface KdumpSpec {
  readonly pages: readonly KdumpPage[];
  /** `KDUMP   `; or `DISKDUMP`, whose sub header is all 0xff here. */
  readonly signature?: 'DISKDUMP';
  /** What the sub header of a `DISKDUMP` begins with. */
  readonly subHeaderBytes?: Uint8Array;
  /** header_version; 6. */
  readonly version?: number;
  /** 64. */
  readonly wordSizeInBits?: 32 | 64;
  /** How a 32-bit sub header aligns its 64-bit members; `packed`. */
  readonly subHeader?: 'packed' | 'padded';
  /** `little`. */
  readonly byteOrder?: ByteOrder;
  /** 4096. */
  readonly blockSizeInBytes?: number;
  /** 2. With one, only dumped pages are marked. */
  readonly bitmaps?: 1 | 2;
  /** One more than the highest PFN. */
  readonly maxMapnr?: number;
  readonly compression?: KdumpCompression;
  /** All zero pages share one raw page, the first one stored, as QEMU's do. */
  readonly sharesZeroPage?: boolean;
  readonly notes?: readonly Pick<Note, 'name' | 'type' | 'descriptor'>[];
  /** The text that offset_vmcoreinfo points to. */
  readonly vmcoreinfo?: string;
  readonly eraseinfo?: string;
  /** The PFNs that this part of a split dump has descriptors for. */
  readonly split?: { readonly start: number; readonly end: number };
  /** Any header or sub header member by its specification's name. Set last, so it may lie. */
  readonly fields?: Readonly<Record<string, number | bigint | string>>;
}

export interface KdumpFile {
  readonly bytes: Uint8Array;
  /** The offset of each header and sub header member. */
  readonly fieldOffsets: ReadonlyMap<string, number>;
  readonly bitmapsAt: number;
  readonly descriptorsAt: number;
  readonly dataAt: number;
  /** The offset of each stored page's bytes, by PFN. */
  readonly pageOffsets: ReadonlyMap<number, number>;
}
