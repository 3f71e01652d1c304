import type { ByteSource } from './byte-source.ts';
import type { Damage } from './damage.ts';
import type { HeaderValue } from './dump-image.ts';
import type { OriginSign } from './image-facts.ts';
import type { PlacedBytes } from './memory-layout.ts';
import type { FileClaim, FileHead, OpenContext } from './opening.ts';
import type { Progress } from './progress.ts';
import type { StatedBlockDigests, StatedDigest } from './stated-digest.ts';

/** What the name of a file's side index adds to the name of the file. */
export const sideIndexSuffix: string = '.vmcorekit-index';

/**
 * A file that holds a dump: a makedumpfile flattened file, a compressed file, an archive. A minimal
 * one has a name, a probe, and an `open` whose contents have one entry with an empty name.
 * Optional: several entries, progress, entries that are packed one by one, a snapshot of the index.
 */
export interface Container {
  readonly name: string;
  /**
   * True where the kind is only recognized, not read. A container of the same name that can read it
   * replaces this one.
   */
  readonly isNamedOnly?: true;
  /**
   * True where a snapshot of its contents holds nothing secret, and is compared with the file as it
   * is used, so that a false one does no harm. It may then also come from a file beside:
   * `FILE.vmcorekit-index`.
   */
  readonly takesSideIndex?: true;
  /** Why the file is this container, or undefined. Must never throw. */
  probe(file: FileHead): FileClaim | undefined;
  /**
   * Opens the contents of a file that no cache covers yet, step by step. It yields progress every
   * few milliseconds, and may be stopped between two steps. The contents own the source once they
   * are returned; until then the caller does. Damage that leaves something to read is reported as
   * damage, not thrown. Throws `truncated`, `malformed` or `unsupported`.
   */
  open(
    source: ByteSource,
    context: OpenContext,
  ): Promise<Generator<Progress, ContainerContents, void>>;
}

/** One of the files in a container. */
export interface ContainerEntry {
  /** Unique in its container; empty where the container holds a single content without a name. */
  readonly name: string;
  /** What else chooses it, if no entry has that name: the ID of a snapshot. */
  readonly otherNames?: readonly string[];
  /** Null where only unpacking reveals it. */
  readonly sizeInBytes: number | null;
  /** The container's own word for it, for people: `file`, `snapshot`, … */
  readonly kind?: string;
  /**
   * Present where the container says that the entry is a machine's memory. An only one is opened
   * where no name is given, whatever the other entries are.
   */
  readonly memory?: {
    /**
     * Where its bytes lie in memory, ascending and disjoint. The entry is then raw memory. Null
     * where only the entry says it.
     */
    readonly placed: readonly PlacedBytes[] | null;
    /** Why, in one phrase for people: `the map of AFF4 has these ranges`. */
    readonly because: string;
  };
}

/** An opened container. Disposing it also disposes its source. */
export interface ContainerContents extends Disposable {
  readonly entries: readonly ContainerEntry[];
  /**
   * The bytes of an entry, without delay: `Container.open` or `openInSteps` already unpacked them.
   * They can be read until the contents are disposed. Disposing an entry leaves the contents open.
   */
  open(entry: ContainerEntry): ByteSource;
  /**
   * Opens an entry step by step, for a container whose entries are packed one by one. `open` then
   * does the same work at once. Absent where `open` has no such work.
   */
  openInSteps?(entry: ContainerEntry): Generator<Progress, ByteSource, void>;
  /**
   * The first bytes of an entry, as many as asked for or all of it: for probes, which need no more
   * to choose an entry. Only with `openInSteps`.
   */
  startOf?(entry: ContainerEntry, lengthInBytes: number): Uint8Array;
  /**
   * The digests and checksums that the container states of an entry and that opening did not check.
   * Asked once the entry is open. `verify` reads the entry and compares. Absent: there are none.
   */
  digestsOf?(entry: ContainerEntry): readonly StatedDigest[];
  /** The same for lists of digests, one of each block. Absent: there are none. */
  blockDigestsOf?(entry: ContainerEntry): readonly StatedBlockDigests[];
  /** Grows with the damage of each packed entry that is opened. */
  readonly damage: readonly Damage[];
  /** What its header says of the contents, by its specification's names, for listings. */
  readonly header?: ReadonlyMap<string, HeaderValue>;
  /** Which programs captured and wrote what it holds, as it says itself. */
  readonly origins?: readonly OriginSign[];
  /**
   * The index that opening built. Pass it as `OpenContext.snapshot` when the same file is opened
   * again.
   */
  readonly snapshot?: (() => Uint8Array) | undefined;
}
