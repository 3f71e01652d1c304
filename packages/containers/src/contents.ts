import {
  type ByteSource,
  type ContainerContents,
  type Damage,
  hex,
  isZero,
  type OpenContext,
  plural,
  type StatedDigest,
  VmcorekitError,
} from '@vmcorekit/core';

/** Checksums of frames or blocks that `verify` compares: a hostile file may have any number. */
export const maxStatedDigests: number = 1 << 16;

const trailingLookedAt: number = 64 << 10;

/** What a compressed file holds: one content without a name. */
export interface Content {
  readonly content: ByteSource;
  readonly damage: readonly Damage[];
  /** What the file states of it and opening did not check. */
  readonly digests?: readonly StatedDigest[];
  /** Disposed with the contents. */
  readonly owned?: Disposable;
  readonly snapshot?: (() => Uint8Array) | undefined;
}

/** The contents of a compressed file, which they own from now on. */
export function contentsOf(file: ByteSource, made: Content): ContainerContents {
  const { content, damage, digests, owned, snapshot } = made;
  return {
    entries: [{ name: '', sizeInBytes: content.sizeInBytes }],
    open: () => content,
    damage,
    ...(digests === undefined ? {} : { digestsOf: () => digests }),
    ...(snapshot === undefined ? {} : { snapshot }),
    [Symbol.dispose]() {
      content[Symbol.dispose]();
      owned?.[Symbol.dispose]();
      file[Symbol.dispose]();
    },
  };
}

/** Throws `malformed` where a file unpacks to more bytes than it may. */
export function checkUnpacked(
  context: OpenContext,
  structure: string,
  fileOffset: number,
  unpackedInBytes: number,
): void {
  if (unpackedInBytes > context.maxUnpackedInBytes) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset,
      field: 'unpacked size',
      wanted: `at most ${context.maxUnpackedInBytes} bytes out of a file of this size`,
      got: Number.isSafeInteger(unpackedInBytes) ? unpackedInBytes : '2^53 or more',
    });
  }
}

/** Damage of a file that ends, or cannot be decoded, before its end. */
export function stoppedAt(
  name: 'compressed-unfinished' | 'compressed-damaged',
  error: VmcorekitError,
  fileOffset: number,
  unpackedInBytes: number,
): Damage {
  return {
    name,
    loses: 'page',
    detail: `${error.message}; only the ${unpackedInBytes} bytes that come before are read`,
    fileOffset,
  };
}

/**
 * Damage for bytes after the end of the last stream, of which nothing is read. Zeros may be padding
 * of a tape or disk.
 */
export function trailing(file: ByteSource, fileOffset: number, what: string): readonly Damage[] {
  const left = Math.max(0, file.sizeInBytes - fileOffset);
  const bytes = new Uint8Array(Math.min(left, trailingLookedAt));
  if (isZero(bytes.subarray(0, file.readInto(fileOffset, bytes)))) {
    return [];
  }
  const detail = `${plural(left, 'byte')} after the end of the ${what} at ${hex(fileOffset)} are not part of it`;
  return [{ name: 'compressed-damaged', loses: 'nothing', detail, fileOffset }];
}

/** Remarks that an index that was kept is not of the file. */
export function notUsed({ because }: { readonly because: string }): Damage {
  return {
    name: 'index-not-used',
    detail: `the index that was kept: ${because}`,
    loses: 'nothing',
  };
}
