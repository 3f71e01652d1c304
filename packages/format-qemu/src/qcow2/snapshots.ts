import {
  type ByteSource,
  readExactly,
  StructView,
  utf8Text,
  VmcorekitError,
} from '@vmcorekit/core';
import type { Qcow2Header } from './header.ts';

const entrySizeInBytes = 40;
/** As QEMU has it. */
const maxExtraBytes = 1024;

/** An internal snapshot of a disk. */
export interface Qcow2Snapshot {
  readonly id: string;
  readonly name: string;
  readonly tableAt: number;
  /** The number of entries of its L1 table. */
  readonly tableLength: number;
  readonly diskSizeInBytes: number;
  /** 0 for a snapshot of the disk alone. */
  readonly stateSizeInBytes: number;
}

/** Reads the table of snapshots. Source: QEMU, docs/interop/qcow2.rst. */
export function readSnapshots(source: ByteSource, header: Qcow2Header): Qcow2Snapshot[] {
  const snapshots: Qcow2Snapshot[] = [];
  let at = header.snapshotsAt;
  for (let index = 0; index < header.snapshotCount; index++) {
    const structure = `snapshot ${index}`;
    const view = new StructView(
      readExactly(source, at, entrySizeInBytes, structure),
      'big',
      structure,
      at,
    );
    const [idLength, nameLength] = [view.uint16(12), view.uint16(14)];
    const extraLength = view.uint32(36);
    if (extraLength > maxExtraBytes) {
      throw new VmcorekitError('malformed', {
        structure,
        fileOffset: at + 36,
        field: 'size of extra data',
        wanted: `at most ${maxExtraBytes}`,
        got: extraLength,
      });
    }
    const rest = readExactly(
      source,
      at + entrySizeInBytes,
      extraLength + idLength + nameLength,
      structure,
    );
    const extra = new StructView(rest, 'big', structure, at + entrySizeInBytes);
    snapshots.push({
      id: utf8Text(rest.subarray(extraLength, extraLength + idLength)),
      name: utf8Text(rest.subarray(extraLength + idLength)),
      tableAt: view.uint53(0, 'l1_table_offset'),
      tableLength: view.uint32(8),
      stateSizeInBytes: extraLength >= 8 ? extra.uint53(0, 'vm_state_size') : view.uint32(32),
      diskSizeInBytes: extraLength >= 16 ? extra.uint53(8, 'disk size') : header.diskSizeInBytes,
    });
    at += Math.ceil((entrySizeInBytes + rest.length) / 8) * 8;
  }
  return snapshots;
}
