import type {
  ByteSource,
  Damage,
  DigestedContent,
  DumpFormat,
  HeaderValue,
  OriginSign,
  PlacedBytes,
  Progress,
} from '@vmcorekit/core';
import type { DriveOptions } from '../running/drive.ts';
import type { MainFile } from './main-file.ts';
import type { PlacesIn } from './open-placed.ts';
import type { CompanionOpener } from './opening-context.ts';
import type { ReadCounter } from './read-counter.ts';
import type { SideIndexFile } from './side-index.ts';

export interface IdentifyOptions extends DriveOptions {
  /** The file of a container to open; `ENTRY//ENTRY` for a container in a container. */
  readonly entry?: string | undefined;
  /**
   * Opens files beside this one, for formats and containers that consist of several. Left out,
   * there are none.
   */
  readonly openCompanion?: CompanionOpener | undefined;
  /**
   * Where the user says that the bytes lie in physical memory, for contents of any size. Then the
   * file is raw memory, whatever it looks like. A container that is read is opened first.
   */
  readonly placed?: PlacesIn | undefined;
  /** `OpenedFile.check`: what it says becomes damage of the file. */
  readonly check?: (() => Generator<Progress, readonly Damage[], void>) | undefined;
  /** `FILE@ADDRESS` as the user wrote it: the name by which the dump opens again. */
  readonly placedName?: string | undefined;
  /**
   * The format to open the file with, whatever it looks like. A container that is read is opened
   * first.
   */
  readonly format?: string | undefined;
  /** Opens no file by a guess: for files that the user did not name. */
  readonly withoutGuesses?: true | undefined;
  /**
   * The `IdentifiedSource.snapshot` that this file gave earlier. One that does not fit is ignored,
   * and reported as damage.
   */
  readonly snapshot?: Uint8Array | undefined;
  /** Where the side index of the file would be. Left out, there is none. */
  readonly sideIndex?: SideIndexFile | undefined;
  /** Uses no index that was kept of the file or lies beside it. */
  readonly isIndexedAgain?: true | undefined;
}

/**
 * A file without its containers, and the format that claims it. Owns its source until it is opened.
 */
export interface IdentifiedSource extends Disposable {
  /** The file's name; `FILE//ENTRY` where the caller named an entry, `FILE@ADDRESS` a place. */
  readonly file: string;
  readonly source: ByteSource;
  /** The names of its containers, the outermost first. */
  readonly containers: readonly string[];
  /** The innermost container's name, or null. */
  readonly container: string | null;
  /** What the containers' headers say; the innermost last. */
  readonly containerHeader: ReadonlyMap<string, HeaderValue>;
  /** What the containers state of their contents, the outermost first. */
  readonly statedDigests: readonly DigestedContent[];
  /** Which programs captured and wrote it, as the containers say. */
  readonly containerOrigins: readonly OriginSign[];
  readonly format: DumpFormat;
  /** The reason for the format's claim. */
  readonly because: string;
  readonly damage: readonly Damage[];
  /** The file beside it that describes it, and how to open it without that one. */
  readonly main?: MainFile | undefined;
  /** The names of the files beside it that are open: all that are used, once the dump is open. */
  readonly filesBeside: () => readonly string[];
  /** Equal for the parts of one split dump; null where the file stands alone. */
  readonly splitSet: string | null;
  /** Counts the bytes read from the file and from those beside it. */
  readonly counter: ReadCounter;
  readonly openCompanion: CompanionOpener;
  /** `OpenContext.maxUnpackedInBytes` of the file. */
  readonly maxUnpackedInBytes: number;
  readonly placed: readonly PlacedBytes[] | null;
  /** Why they lie there, where a container says it. */
  readonly placedBecause: string | undefined;
  /** The index of the outermost container, for the caller to keep; undefined where it has none. */
  snapshot(): Uint8Array | undefined;
}

/** Equal for the parts of one split dump; null for a file that stands alone. */
export function splitKeyOf({
  format,
  splitSet,
}: Pick<IdentifiedSource, 'format' | 'splitSet'>): string | null {
  return splitSet === null ? null : `${format.name} ${splitSet}`;
}
