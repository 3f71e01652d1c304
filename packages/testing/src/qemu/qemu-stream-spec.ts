/** A record of the section `ram`. Its page is at `offset` in the block. */
export type QemuRecord = { readonly block: string; readonly offset: number } & (
  | { readonly page: Uint8Array }
  | { readonly fill: number }
  /** A page that zlib compressed. */
  | { readonly zlib: Uint8Array }
  /** A delta, as it is encoded. */
  | { readonly xbzrle: Uint8Array }
);

/** A field of a device: its name in QEMU's source, and the bytes of all its elements. */
export interface QemuField {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The number of elements; default 1. */
  readonly count?: number;
  /** The members of each element, with their sizes in bytes. */
  readonly members?: readonly (readonly [name: string, sizeInBytes: number])[];
}

export interface QemuDevice {
  readonly name: string;
  readonly instance?: number;
  readonly version?: number;
  readonly fields: readonly QemuField[];
  readonly subsections?: readonly {
    readonly name: string;
    readonly fields: readonly QemuField[];
  }[];
}

/** A migration stream by what it holds. */
export interface QemuStreamSpec {
  /** Default `pc-i440fx-7.2`; null for a stream without a configuration. */
  readonly machineType?: string | null;
  readonly capabilities?: readonly string[];
  readonly pageBits?: number;
  /** Default 3. */
  readonly version?: number;
  readonly blocks: readonly {
    readonly name: string;
    readonly sizeInBytes: number;
    /** Written after the block with postcopy. */
    readonly hugePageBytes?: number;
    /** Written after the block with x-ignore-shared. */
    readonly address?: bigint;
  }[];
  /** The records of each section of `ram`. */
  readonly parts?: readonly (readonly QemuRecord[])[];
  readonly devices?: readonly QemuDevice[];
  /** Whether sections have footers; default true. */
  readonly hasFooters?: boolean;
  /** Whether the stream ends with the description of its devices; default true. */
  readonly hasDescription?: boolean;
  /** Commands before the blocks, and before the devices. */
  readonly firstCommands?: readonly number[];
  readonly lastCommands?: readonly number[];
  /** Where in the file a mapped-ram stream begins; default 0. */
  readonly startsAt?: number;
  /**
   * Where the file with a mapped-ram stream has the bitmap and the pages of each block, in order:
   * multiples of the page size. Then `parts` are not written as records.
   */
  readonly mappedAt?: readonly { readonly bitmapAt: number; readonly pagesAt: number }[];
}
