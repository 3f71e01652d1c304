import type { ByteSource } from './byte-source.ts';
import type { Damage } from './damage.ts';
import type { FileClaim, FileHead, OpenContext } from './opening.ts';
import type { Progress } from './progress.ts';

/**
 * A file inside which a dump lies: a makedumpfile flattened file, a compressed file, an archive.
 * The least that works is a name, a probe, and an `open` whose contents have one entry with an
 * empty name. Extras: several entries, progress, a snapshot of the index.
 */
export interface Container {
  readonly name: string;
  /**
   * True where the kind is only known by its mark; another contribution of the same name takes its
   * place.
   */
  readonly isNamedOnly?: true;
  /** Why the file is this container, or undefined. Must not throw on anything. */
  probe(file: FileHead): FileClaim | undefined;
  /**
   * Opens the contents, out of a file that nothing caches yet, step by step: it yields progress
   * every few milliseconds, and may be ended between two steps. The contents own the source from
   * the moment they are returned; until then the caller does. Damage that leaves something to read
   * is named, and no error. Throws `truncated`, `malformed` or `unsupported`.
   */
  open(
    source: ByteSource,
    context: OpenContext,
  ): Promise<Generator<Progress, ContainerContents, void>>;
}

/** One of the files in a container. */
export interface ContainerEntry {
  /** Unique in its container; empty where a container holds one content without a name. */
  readonly name: string;
  /** Null where only unpacking tells. */
  readonly sizeInBytes: number | null;
  /** What the container says it is, for people: `file`, `snapshot`, … */
  readonly kind?: string;
}

/** An opened container. Disposing it disposes the source it was made of. */
export interface ContainerContents extends Disposable {
  readonly entries: readonly ContainerEntry[];
  /**
   * The bytes of an entry, at once: `Container.open` unpacks in its steps what must be unpacked.
   * They can be read until the contents are disposed. Disposing them leaves the contents open.
   */
  open(entry: ContainerEntry): ByteSource;
  readonly damage: readonly Damage[];
  /**
   * The index that opening built, to be given back as `OpenContext.snapshot` when the same file is
   * opened again.
   */
  snapshot?(): Uint8Array;
}
