import {
  type ByteSource,
  type Container,
  type ContainerContents,
  type Damage,
  latin1UntilNul,
  type Progress,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import type { Extents } from './extents.ts';
import { FlattenedSource } from './flattened-source.ts';
import { HeadChecks } from './head-checks.ts';
import {
  headerSizeInBytes,
  knownType,
  knownVersion,
  signature,
  signatureSizeInBytes,
  typeOffset,
  versionOffset,
} from './layout.ts';
import { readRecords } from './read-records.ts';
import { resolveOverlaps } from './resolve-overlaps.ts';
import { decodeSnapshot } from './snapshot.ts';

/**
 * makedumpfile's flattened files, of KDUMP and of ELF alike; QEMU writes them by default. Opening
 * reads the record heads once.
 * Damage: `flattened-unfinished` for a file that is cut or still being written, `flattened-damaged`
 * for an impossible record. What lies before either is a dump only where the writer put the header
 * first, as makedumpfile and QEMU do; `FlattenedSink` need not. `index-not-used` for a kept index
 * that is not of this file.
 * A kept index that seems to fit is checked record by record, at first use, and whole before a hole
 * in the contents is believed. So it may come from a file beside (`takesSideIndex`).
 */
export const flattenedContainer: Container = {
  name: 'flattened',
  takesSideIndex: true,
  probe({ head }) {
    return latin1UntilNul(head.subarray(0, signatureSizeInBytes)) === signature
      ? {
          because: `begins with '${signature}', the mark of a flattened file`,
          strength: 'signature',
        }
      : undefined;
  },
  async open(source, context) {
    const header = new StructView(
      readExactly(source, 0, headerSizeInBytes, 'flattened header'),
      'big',
      'flattened header',
    );
    const type = header.int64(typeOffset);
    const version = header.int64(versionOffset);
    if (type !== knownType || version !== knownVersion) {
      throw new VmcorekitError('unsupported', {
        what: `flattened file of type ${type}, version ${version}`,
        advice: 'unpack it with the makedumpfile that wrote it: makedumpfile -R DUMP < FILE',
      });
    }
    return contentsOf(source, context.snapshot);
  },
};

interface FlattenedIndex {
  readonly pieces: Extents;
  /** An index kept from an earlier opening. */
  readonly checks: HeadChecks | null;
  readonly damage: readonly Damage[];
  readonly snapshot?: () => Uint8Array;
}

function* contentsOf(
  source: ByteSource,
  kept: Uint8Array | null,
): Generator<Progress, ContainerContents, void> {
  const { pieces, checks, damage, snapshot } = yield* indexOf(source, kept);
  const sizeInBytes = pieces.length === 0 ? 0 : (pieces.ends[pieces.length - 1] ?? 0);
  return {
    entries: [{ name: '', sizeInBytes }],
    open: () =>
      new FlattenedSource(source, pieces, checks, !damage.some(({ loses }) => loses !== 'nothing')),
    damage,
    ...(snapshot === undefined ? {} : { snapshot }),
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

function* indexOf(
  source: ByteSource,
  kept: Uint8Array | null,
): Generator<Progress, FlattenedIndex, void> {
  const known = kept === null ? undefined : yield* keptIndex(source, kept);
  if (known !== undefined && 'pieces' in known) {
    return known;
  }
  const { records, damage, snapshot } = yield* readRecords(source);
  const unused: Damage[] =
    known === undefined
      ? []
      : [
          {
            name: 'index-not-used',
            detail: `its index was not used: ${known.because}`,
            loses: 'nothing',
          },
        ];
  return {
    pieces: yield* resolveOverlaps(records),
    checks: null,
    damage: [...unused, ...damage],
    ...(snapshot === undefined ? {} : { snapshot }),
  };
}

function* keptIndex(
  source: ByteSource,
  kept: Uint8Array,
): Generator<Progress, FlattenedIndex | { readonly because: string }, void> {
  const decoded = decodeSnapshot(kept, source);
  if ('because' in decoded) {
    return decoded;
  }
  const pieces = yield* resolveOverlaps(decoded.records);
  const checks = new HeadChecks(source, decoded.records);
  return checks.fit(pieces, decoded.ends)
    ? { pieces, checks, damage: [], snapshot: () => kept }
    : { because: 'the file has other records than it says' };
}
