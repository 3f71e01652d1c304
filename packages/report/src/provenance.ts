import type { MemoryDigest } from '@vmcorekit/engine';

/** A file that evidence came from. Times are in nanoseconds since 1970. */
export interface FileProvenance {
  /** As it was named. */
  readonly path: string;
  /** Where a symbolic link leads, absolute; null where none does. */
  readonly target: string | null;
  /** This and the times are null for what is no file of this machine. */
  readonly sizeInBytes: number | null;
  readonly modified: bigint | null;
  readonly changed: bigint | null;
  /** Null where the file system does not keep it. */
  readonly created: bigint | null;
  /** Hexadecimal; null where it was not asked for. */
  readonly sha256: string | null;
}

/** What a report was made from, by what, and when. */
export interface Provenance {
  readonly files: readonly FileProvenance[];
  /** Null where it was not asked for. */
  readonly memory: MemoryDigest | null;
  readonly tool: {
    readonly name: string;
    readonly version: string;
    /** The version of Node that ran it. */
    readonly node: string;
  };
  /** In milliseconds since 1970. */
  readonly reportedAt: number;
  /** The files of the configuration that counted. */
  readonly configuration: readonly string[];
}
