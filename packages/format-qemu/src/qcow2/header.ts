import {
  type ByteSource,
  type Damage,
  magicAt,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';

/** Why a head is that of a qcow2 file; undefined for another. */
export const isQcow2: (head: Uint8Array) => string | undefined = magicAt(0, 'QFI\xfb');

const sizeOfVersion2 = 72;
const sizeOfVersion3 = 104;
/** 512 bytes to 2 MiB. */
const [leastClusterBits, mostClusterBits] = [9, 21];
/** As QEMU has it. Source: QEMU, block/qcow2.h. */
const maxSnapshots = 65_536;

/** Incompatible features. Source: QEMU, docs/interop/qcow2.rst. */
const features = { dirty: 1, corrupt: 2, externalData: 4, compressionType: 8, extendedL2: 16 };
const knownFeatures = 31n;

export interface Qcow2Header {
  readonly clusterBits: number;
  readonly diskSizeInBytes: number;
  readonly snapshotCount: number;
  readonly snapshotsAt: number;
  readonly hasExtendedL2: boolean;
  readonly damage: readonly Damage[];
}

/** The number of snapshots that a qcow2 file's head states; 0 where it is too short to. */
export function snapshotCountOf(head: Uint8Array): number {
  return head.length < sizeOfVersion2 ? 0 : new StructView(head, 'big', 'qcow2 header').uint32(60);
}

/** Reads the header. Throws `truncated`, `malformed`, and `unsupported` for what is not read. */
export function readQcow2Header(source: ByteSource): Qcow2Header {
  const structure = 'qcow2 header';
  const start = new StructView(readExactly(source, 0, sizeOfVersion2, structure), 'big', structure);
  const version = start.uint32(4);
  if (version !== 2 && version !== 3) {
    throw refused(`version ${version}`);
  }
  const clusterBits = start.uint32(20);
  const snapshotCount = start.uint32(60);
  within(20, 'cluster_bits', clusterBits, leastClusterBits, mostClusterBits);
  within(60, 'nb_snapshots', snapshotCount, 0, maxSnapshots);
  if (start.uint32(32) !== 0) {
    throw refused('an encrypted image');
  }
  const incompatible =
    version === 2
      ? 0n
      : new StructView(readExactly(source, 0, sizeOfVersion3, structure), 'big', structure).uint64(
          72,
        );
  if ((incompatible & BigInt(features.externalData)) !== 0n) {
    throw refused('its data in another file');
  }
  if ((incompatible & ~knownFeatures) !== 0n) {
    throw refused(`incompatible features ${incompatible}`);
  }
  const isCorrupt = (incompatible & BigInt(features.corrupt)) !== 0n;
  return {
    clusterBits,
    diskSizeInBytes: start.uint53(24, 'size'),
    snapshotCount,
    snapshotsAt: start.uint53(64, 'snapshots_offset'),
    hasExtendedL2: (incompatible & BigInt(features.extendedL2)) !== 0n,
    damage: isCorrupt
      ? [
          {
            name: 'marked-corrupt',
            detail:
              'QEMU has marked the image as corrupt: parts of the snapshot may be overwritten',
            loses: 'nothing',
            fileOffset: 72,
          },
        ]
      : [],
  };
}

function within(fileOffset: number, field: string, got: number, least: number, most: number): void {
  if (got < least || got > most) {
    throw new VmcorekitError('malformed', {
      structure: 'qcow2 header',
      fileOffset,
      field,
      wanted: `from ${least} to ${most}`,
      got,
    });
  }
}

function refused(what: string): VmcorekitError<'unsupported'> {
  return new VmcorekitError('unsupported', {
    what: `a QEMU disk image (qcow2) with ${what}`,
    advice: 'load its snapshot with loadvm in its machine, then dump-guest-memory -z DUMP',
  });
}
