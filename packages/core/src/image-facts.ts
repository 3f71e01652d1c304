import type { CompressionMethod } from './compressor.ts';
import type { OriginFinding, Place } from './evidence.ts';

/** A value that a file states, and where it stands. */
export interface Stated<Value> {
  readonly value: Value;
  readonly at: readonly Place[];
}

/**
 * A header number that leads to the kernel. Like any other claim, it is verified and never believed
 * alone.
 */
export interface HeaderHint extends Stated<bigint> {
  /** What the number means: `physBase` is `KernelClaim.physBase`. */
  readonly kind: 'physBase';
  /** True where the value is the format's marker for "not known". */
  readonly isUnknownMarker: boolean;
  /**
   * True where the kernel whose memory it is wrote the value about itself, as a hibernated one
   * does. So the file names that kernel among all that its memory may hold.
   */
  readonly isOfKernelItself?: true;
}

/** A string of Linux's `struct new_utsname`. */
export type UtsnameField =
  | 'sysname'
  | 'nodename'
  | 'release'
  | 'version'
  | 'machine'
  | 'domainname';

/**
 * A habit of a writer, or a trace of what captured the memory, that the format sees in its own
 * structures.
 */
export type OriginSign = Omit<OriginFinding, 'kind'>;

/** Which other tools read a memory that few of them read. Names of programs: `crash`, `drgn`. */
export interface OtherReaders {
  /** Those that open the file itself. */
  readonly ofFile: readonly string[];
  /** Those that open a copy in a format of theirs. */
  readonly ofCopy: readonly string[];
}

/**
 * What a format knows of the file it opened, under names that belong to no format. Code outside a
 * format reads these members, never the format's header fields. All members may be left out; add
 * each one that the format states.
 */
export interface ImageFacts {
  readonly hints?: readonly HeaderHint[];
  /** Empty strings stand for those that the writer left out. */
  readonly utsname?: Readonly<Record<UtsnameField, Stated<string>>>;
  /**
   * The page-table root under which the kernel itself copied its memory into this file, as a
   * hibernated one states it. What the kernel saved of that CPU is then in its memory.
   */
  readonly copiedUnderRoot?: Stated<bigint>;
  /**
   * When the dump was taken, in seconds since 1970 (exact below 2^53). 0 where the writer left it
   * out.
   */
  readonly timestampInSeconds?: Stated<number>;
  /** How pages are compressed; a writer uses it to write a similar file. */
  readonly compression?: CompressionMethod | 'none';
  /** Where the header says that VMCOREINFO lies, if not in a note. */
  readonly vmcoreinfoAt?: Place;
  /** Left out where a copy in a common format opens everywhere. */
  readonly readers?: OtherReaders;
  /** In the order in which reports list them. */
  readonly origins?: readonly OriginSign[];
  /**
   * Why it is known that the kernel ran while its memory was read, so that pages are of different
   * moments. Left out where nothing shows it.
   */
  readonly takenWhileRunning?: { readonly because: string; readonly at: readonly Place[] };
}

/**
 * What a writer must state about the dump. A format leaves out what its files have no place for.
 */
export interface FactsToWrite {
  /** `unknown`: the format's marker for "not known". */
  readonly physBase?: bigint | 'unknown';
  readonly utsname?: Readonly<Partial<Record<UtsnameField, string>>>;
  readonly timestampInSeconds?: number;
}

/** The hint of one kind; undefined where the format has none. */
export function hintOf(
  facts: ImageFacts | undefined,
  kind: HeaderHint['kind'],
): HeaderHint | undefined {
  return facts?.hints?.find((hint) => hint.kind === kind);
}
