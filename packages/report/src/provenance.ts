import type { MemoryDigest } from '@vmcorekit/engine';

/** A file that evidence came from. Times are in nanoseconds since 1970. */
export interface FileProvenance {
  /** As it was named. */
  readonly path: string;
  /** The absolute target of a symbolic link; null for any other file. */
  readonly target: string | null;
  /** This and the times are null for what is not a file of this machine. */
  readonly sizeInBytes: number | null;
  readonly modified: bigint | null;
  readonly changed: bigint | null;
  /** Null if the file system does not keep it. */
  readonly created: bigint | null;
  /** Hexadecimal; null unless it was asked for. */
  readonly sha256: string | null;
}

/** What a report was made from, which tool made it, and when. */
export interface Provenance {
  readonly files: readonly FileProvenance[];
  /** Null unless it was asked for. */
  readonly memory: MemoryDigest | null;
  readonly tool: {
    readonly name: string;
    readonly version: string;
    /** The version of Node that ran it. */
    readonly node: string;
  };
  /** In milliseconds since 1970. */
  readonly reportedAt: number;
  /** The configuration files that took effect. */
  readonly configuration: readonly string[];
}
