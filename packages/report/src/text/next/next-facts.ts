import { type Dump, hintOf, type OtherReaders, type Verdict } from '@vmcorekit/core';

/** Facts of the file and of this machine, which decide on the next commands. */
export interface NextFacts {
  readonly files: readonly string[];
  readonly format: string;
  readonly container: string | null;
  readonly architecture: string | null;
  /** Of the file's headers. */
  readonly wordSizeInBits: 32 | 64;
  /** Whether kernels of this machine share an image offset: then their text distinguishes them. */
  readonly isOffsetShared: boolean;
  /** The header's phys_base; null if it has none, or says that it is not known. */
  readonly statedPhysBase: bigint | null;
  readonly capturedBy: string;
  readonly writtenBy: string;
  /** Whether the files end too early, or parts of them are missing. */
  readonly isCut: boolean;
  /** Whether contents of memory are lost: because the file is cut, or because pages are corrupt. */
  readonly isLossy: boolean;
  /**
   * Whether other programs find the files by these names: none is an address or an entry of a
   * container.
   */
  readonly areFiles: boolean;
  /** The other tools that read it, where not all do. */
  readonly readers: OtherReaders | null;
  /** The architecture of this machine, by this library's names; null if it is not known. */
  readonly host: string | null;
}

/** The facts of one dump. Damage of pages counts as far as they were read. */
export function nextFacts(
  { files, container, image, architecture, layout, damage }: Dump,
  { origin }: Verdict,
  here: Pick<NextFacts, 'areFiles' | 'host'>,
): NextFacts {
  const hint = hintOf(image.facts, 'physBase');
  const lossy = damage.filter(({ loses }) => loses === 'memory' || loses === 'page');
  return {
    files,
    container,
    format: image.format,
    architecture: architecture?.name ?? image.architecture,
    wordSizeInBits: image.wordSizeInBits,
    isOffsetShared: layout?.isOffsetShared === true,
    statedPhysBase:
      hint === undefined || hint.isUnknownMarker ? null : BigInt.asIntN(64, hint.value),
    capturedBy: origin.capturedBy,
    writtenBy: origin.writtenBy,
    isCut: lossy.some(({ pfn }) => pfn === undefined),
    isLossy: lossy.length > 0,
    readers: image.facts?.readers ?? null,
    ...here,
  };
}
