import {
  type ByteSource,
  type Damage,
  hex,
  type Progress,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import type { Qcow2Header } from './header.ts';
import type { Qcow2Snapshot } from './snapshots.ts';

/** As QEMU has it: 32 MiB of entries. */
const maxL1Entries: number = 2 ** 22;
/** A state of 100 MiB lies in one or two runs. */
const maxRuns: number = 2 ** 20;
const offsetMask = 0x00ff_ffff_ffff_fe00n;
const compressedFlag: bigint = 1n << 62n;
const zeroFlag = 1n;
const subclustersOfCluster = 32;

/** Where a stretch of the state lies in the file. What is in no run is zero. */
export interface StateRun {
  readonly start: number;
  readonly end: number;
  readonly fileOffset: number;
}

export interface StateMap {
  readonly runs: readonly StateRun[];
  /** Less than the snapshot states where the file was cut. */
  readonly sizeInBytes: number;
  readonly damage: readonly Damage[];
}

/**
 * Maps the state of a snapshot through its own L1 table. It follows the disk's last table: its
 * first byte is at the next multiple of what one L2 table maps. Throws `malformed`, `truncated`,
 * and `unsupported` for compressed clusters.
 */
export function* mapState(
  source: ByteSource,
  header: Qcow2Header,
  snapshot: Qcow2Snapshot,
): Generator<Progress, StateMap, void> {
  const mapper = new StateMapper(source, header, snapshot);
  return yield* mapper.map();
}

class StateMapper {
  readonly #source: ByteSource;
  readonly #header: Qcow2Header;
  readonly #snapshot: Qcow2Snapshot;
  readonly #clusterSize: number;
  readonly #entrySize: number;
  readonly #runs: { start: number; end: number; fileOffset: number }[] = [];
  /** Bytes of the file that tables and clusters take up. */
  #mapped = 0;

  constructor(source: ByteSource, header: Qcow2Header, snapshot: Qcow2Snapshot) {
    this.#source = source;
    this.#header = header;
    this.#snapshot = snapshot;
    this.#clusterSize = 2 ** header.clusterBits;
    this.#entrySize = header.hasExtendedL2 ? 16 : 8;
  }

  *map(): Generator<Progress, StateMap, void> {
    const { tableAt, tableLength, diskSizeInBytes, stateSizeInBytes } = this.#snapshot;
    const bytesOfTable = (this.#clusterSize / this.#entrySize) * this.#clusterSize;
    const first = Math.ceil(diskSizeInBytes / bytesOfTable);
    const wanted = Math.ceil(stateSizeInBytes / bytesOfTable);
    if (tableLength > maxL1Entries) {
      throw this.#malformed(tableAt, 'length', `at most ${maxL1Entries}`, tableLength);
    }
    const count = Math.max(0, Math.min(wanted, tableLength - first));
    const table = new StructView(
      readExactly(this.#source, tableAt + first * 8, count * 8, 'L1 table'),
      'big',
      'L1 table',
      tableAt + first * 8,
    );
    for (let index = 0; index < count; index++) {
      const l2At = this.#tableAt(table, index * 8, first + index);
      if (l2At !== 0) {
        this.#take(this.#clusterSize, l2At);
        this.#mapTable(l2At, index * bytesOfTable);
      }
      yield { kind: 'progress', doing: 'reading tables of the snapshot', fraction: index / count };
    }
    return this.#cut();
  }

  /** The offset in an entry of the L1 table, as the entry states it: the file may end before it. */
  #tableAt(table: StructView, entryAt: number, index: number): number {
    const offset = table.uint64(entryAt) & offsetMask;
    if (offset > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw new VmcorekitError('malformed', {
        structure: table.structure,
        fileOffset: table.fileOffset + entryAt,
        field: `offset in entry ${index}`,
        wanted: `below ${hex(this.#source.sizeInBytes)}, where the file ends`,
        got: offset,
      });
    }
    return Number(offset);
  }

  #mapTable(l2At: number, start: number): void {
    const bytes = readExactly(this.#source, l2At, this.#clusterSize, 'L2 table');
    const table = new StructView(bytes, 'big', 'L2 table', l2At);
    const entries = this.#clusterSize / this.#entrySize;
    for (let index = 0; index < entries; index++) {
      const at = start + index * this.#clusterSize;
      if (at >= this.#snapshot.stateSizeInBytes) {
        return;
      }
      const entry = table.uint64(index * this.#entrySize);
      if ((entry & compressedFlag) !== 0n) {
        throw new VmcorekitError('unsupported', {
          what: `the state of snapshot '${this.#snapshot.name}' has compressed clusters`,
          advice: 'load it with loadvm in its machine, then dump-guest-memory -z DUMP',
        });
      }
      const fileOffset = Number(entry & offsetMask);
      if (fileOffset === 0) {
        continue;
      }
      if (this.#header.hasExtendedL2) {
        this.#mapSubclusters(at, fileOffset, table.uint32(index * this.#entrySize + 12));
      } else if ((entry & zeroFlag) === 0n) {
        this.#add(at, fileOffset, this.#clusterSize);
      }
    }
  }

  /** Bit n of the lower word: subcluster n is stored. */
  #mapSubclusters(at: number, fileOffset: number, stored: number): void {
    const size = this.#clusterSize / subclustersOfCluster;
    for (let index = 0; index < subclustersOfCluster; index++) {
      if (((stored >>> index) & 1) === 1) {
        this.#add(at + index * size, fileOffset + index * size, size);
      }
    }
  }

  #add(start: number, fileOffset: number, sizeInBytes: number): void {
    this.#take(sizeInBytes, fileOffset);
    const last = this.#runs.at(-1);
    if (last?.end === start && last.fileOffset + (start - last.start) === fileOffset) {
      last.end += sizeInBytes;
      return;
    }
    if (this.#runs.length === maxRuns) {
      throw this.#malformed(fileOffset, 'runs of clusters', `at most ${maxRuns}`, maxRuns + 1);
    }
    this.#runs.push({ start, end: start + sizeInBytes, fileOffset });
  }

  /** Clusters of one state are never shared, so they cannot take up more than the file has. */
  #take(sizeInBytes: number, fileOffset: number): void {
    this.#mapped += sizeInBytes;
    const most = Math.max(this.#source.sizeInBytes, this.#clusterSize);
    if (this.#mapped > most) {
      throw this.#malformed(fileOffset, 'clusters', `at most ${most} bytes`, this.#mapped);
    }
  }

  /** Ends the state before the first cluster that lies beyond the end of the file. */
  #cut(): StateMap {
    const { stateSizeInBytes, name } = this.#snapshot;
    const fileSize = this.#source.sizeInBytes;
    const lost = this.#runs.find(
      ({ start, end, fileOffset }) =>
        fileOffset + (Math.min(end, stateSizeInBytes) - start) > fileSize,
    );
    if (lost === undefined) {
      return { runs: this.#runs, sizeInBytes: stateSizeInBytes, damage: [] };
    }
    const sizeInBytes = lost.start + Math.max(0, fileSize - lost.fileOffset);
    return {
      runs: this.#runs,
      sizeInBytes,
      damage: [
        {
          name: 'file-truncated',
          detail: `the file ends at ${hex(fileSize)}, within the state of snapshot '${name}': ${stateSizeInBytes - sizeInBytes} bytes of it are missing`,
          loses: 'page',
          fileOffset: fileSize,
        },
      ],
    };
  }

  #malformed(
    fileOffset: number,
    field: string,
    wanted: string,
    got: number,
  ): VmcorekitError<'malformed'> {
    return new VmcorekitError('malformed', {
      structure: `tables of snapshot '${this.#snapshot.name}'`,
      fileOffset,
      field,
      wanted,
      got,
    });
  }
}
