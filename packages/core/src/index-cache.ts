/** Which index of which file is kept. */
export interface IndexOf {
  /** `ByteSource.version` of the outermost file. */
  readonly version: string;
  /** The first and last bytes of that file. */
  readonly ends: Uint8Array;
  /** The containers and entries on the way to the index, the outermost first. */
  readonly place: string;
}

/**
 * Keeps indexes of containers (`ContainerContents.snapshot`) between runs. An index of a deflate
 * stream has parts of what the file holds: 32 KiB of each MiB. What it returns is checked against
 * the file before use. Neither method throws for a store that cannot be used: the file is indexed
 * again then.
 */
export interface IndexCache {
  /** Undefined where it has none. */
  load(of: IndexOf): Uint8Array | undefined;
  store(of: IndexOf, bytes: Uint8Array): void;
}
