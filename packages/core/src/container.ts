import type { ByteSource } from './byte-source.ts';
import type { Damage } from './damage.ts';

/** A file inside which a dump lies, as a stream of its own: a makedumpfile flattened file, later gzip, xz, zstd. */
export interface Container {
  readonly name: string;
  /** Why the file is this container, or undefined. Looks at the head only. */
  probe(head: Uint8Array): string | undefined;
  /**
   * Opens the contents, out of a file that nothing caches yet. Damage that leaves something to read is named, and no error.
   */
  open(source: ByteSource): Promise<ContainerContents>;
}

export interface ContainerContents {
  /** Owns the source it was made of: disposing it disposes both. */
  readonly contents: ByteSource;
  readonly damage: readonly Damage[];
}
