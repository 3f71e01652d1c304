import { latin1Bytes } from '@vmcorekit/core';

export interface Qcow2SnapshotSpec {
  readonly id: string;
  readonly name: string;
  /** The machine's state; left out for a snapshot of the disk alone. */
  readonly state?: Uint8Array;
  /** Size of the disk when it was taken; default that of the image. */
  readonly diskSizeInBytes?: number;
}

/** A disk image with snapshots. */
export interface Qcow2Spec {
  readonly snapshots: readonly Qcow2SnapshotSpec[];
  /** Default 12: 4 KiB. */
  readonly clusterBits?: number;
  /** Default 1 MiB. */
  readonly diskSizeInBytes?: number;
  readonly version?: number;
  readonly cryptMethod?: number;
  readonly incompatibleFeatures?: number;
  /** Flags of each L2 entry, in its upper bits; default those of a cluster used once. */
  readonly entryFlags?: bigint;
}

const extendedL2 = 16;
const used: bigint = 1n << 63n;

/** Builds a qcow2 file whose clusters are in reverse order. Clusters of zeros are left out. */
export function buildQcow2(spec: Qcow2Spec): Uint8Array {
  const { clusterBits = 12, diskSizeInBytes = 2 ** 20, incompatibleFeatures = 0 } = spec;
  const clusterSize = 2 ** clusterBits;
  const entrySize = (incompatibleFeatures & extendedL2) === 0 ? 8 : 16;
  const clusters: Uint8Array[] = [];
  const place = (bytes: Uint8Array): number => {
    clusters.push(bytes);
    return clusters.length * clusterSize;
  };
  const table = Buffer.concat(
    spec.snapshots.map(({ id, name, state, diskSizeInBytes: own = diskSizeInBytes }) => {
      const entries = clusterSize / entrySize;
      const first = Math.ceil(own / clusterSize / entries);
      const stateClusters = Math.ceil((state?.length ?? 0) / clusterSize);
      const l1 = new BigUint64Array(first + Math.ceil(stateClusters / entries));
      for (let index = first; index < l1.length; index++) {
        const l2 = new DataView(new ArrayBuffer(clusterSize));
        for (let entry = entries - 1; entry >= 0; entry--) {
          const at = ((index - first) * entries + entry) * clusterSize;
          const bytes = state?.subarray(at, at + clusterSize);
          if (bytes?.some((byte) => byte !== 0) === true) {
            const flags = spec.entryFlags ?? used;
            l2.setBigUint64(entry * entrySize, BigInt(place(bytes)) | flags);
            if (entrySize === 16) {
              l2.setUint32(entry * entrySize + 12, 0xffff_ffff);
            }
          }
        }
        l1[index] = BigInt(place(new Uint8Array(l2.buffer))) | used;
      }
      const l1Bytes = new DataView(new ArrayBuffer(Math.max(8, l1.length * 8)));
      for (const [index, entry] of l1.entries()) {
        l1Bytes.setBigUint64(index * 8, entry);
      }
      const head = new DataView(new ArrayBuffer(56));
      head.setBigUint64(0, BigInt(place(new Uint8Array(l1Bytes.buffer))));
      head.setUint32(8, l1.length);
      head.setUint16(12, id.length);
      head.setUint16(14, name.length);
      head.setUint32(36, 16);
      head.setBigUint64(40, BigInt(state?.length ?? 0));
      head.setBigUint64(48, BigInt(own));
      const entry = Buffer.concat([new Uint8Array(head.buffer), latin1Bytes(id + name)]);
      return Buffer.concat([entry, new Uint8Array((8 - (entry.length % 8)) % 8)]);
    }),
  );
  const snapshotsAt = place(table);
  const file = new Uint8Array((clusters.length + 2) * clusterSize + table.length);
  for (const [index, bytes] of clusters.entries()) {
    file.set(bytes, (index + 1) * clusterSize);
  }
  const header = new DataView(file.buffer);
  file.set(latin1Bytes('QFI\xfb'));
  header.setUint32(4, spec.version ?? 3);
  header.setUint32(20, clusterBits);
  header.setBigUint64(24, BigInt(diskSizeInBytes));
  header.setUint32(32, spec.cryptMethod ?? 0);
  header.setUint32(60, spec.snapshots.length);
  header.setBigUint64(64, BigInt(snapshotsAt));
  header.setBigUint64(72, BigInt(incompatibleFeatures));
  header.setUint32(100, 104);
  return file;
}
