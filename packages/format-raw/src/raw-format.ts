import {
  type ByteOrder,
  type ByteSource,
  type DumpFormat,
  type DumpImage,
  type DumpWriter,
  type FileClaim,
  type FileHead,
  inOneStep,
  type OpenContext,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import {
  isSnapshotMemory,
  layoutBySnapshot,
  memoryFileName,
  stateFileName,
} from './cloud-hypervisor.ts';
import { firmwareMapsIn, searchedForMaps } from './firmware-map.ts';
import { layoutsOf, toldLayout } from './layouts.ts';
import { type Reading, rawImage } from './raw-image.ts';
import { RawWriter } from './raw-writer.ts';
import { hasResetVectorInPlace } from './reset-vector.ts';
import { SparseSource } from './sparse-source.ts';

/**
 * RAM is made of pages, but LiME's raw files hold no whole pages: a PC's first RAM ends
 * at a KiB, where the data of its BIOS begin.
 */
const granuleInBytes = 1024;
/** No Linux that this library knows runs in less; smaller files are something else. */
const minSizeInBytes: number = 4 * 1024 * 1024;
/** 4 PiB: more than any machine's memory, though not than a sparse file's size. */
const maxSizeInBytes: number = 2 ** 52;

/**
 * Memory alone, without a header: files of QEMU's memory-backend-file and pmemsave, VMware's .vmem,
 * memory of Firecracker and Cloud Hypervisor, LiME's padded and raw files, ramdumps of phones.
 * Nothing in such a file says where its bytes lie. So it is opened in every layout that is
 * possible, and the search for a kernel takes the one through which it can read.
 */
export class RawFormat implements DumpFormat {
  readonly name: string = 'raw';
  readonly summary: string =
    'raw memory: of QEMU, VMware, Firecracker, Cloud Hypervisor, LiME, phones';
  readonly takesPlaces: true = true;
  readonly folderHolds: readonly string[] = [memoryFileName, stateFileName];
  readonly writer: DumpWriter = new RawWriter();

  /** A guess at any file that has the size of memory. */
  probe({ sizeInBytes }: FileHead): FileClaim | undefined {
    return sizeInBytes >= minSizeInBytes &&
      sizeInBytes <= maxSizeInBytes &&
      sizeInBytes % granuleInBytes === 0
      ? { because: 'no signature, and a size that memory may have', strength: 'guess' }
      : undefined;
  }

  /** Cloud Hypervisor writes the state, not the guest whose memory the file holds. */
  async isDescribed(
    { name, sizeInBytes }: Pick<FileHead, 'name' | 'sizeInBytes'>,
    companion: OpenContext['companion'],
  ): Promise<boolean> {
    using state = isSnapshotMemory(name) ? await companion(stateFileName) : undefined;
    return state !== undefined && 'layout' in layoutBySnapshot(state, sizeInBytes);
  }

  async open(
    files: readonly ByteSource[],
    { placed, placedBecause, companion }: OpenContext,
  ): Promise<Generator<Progress, DumpImage, void>> {
    const [file] = files;
    if (file === undefined || files.length > 1) {
      throw new VmcorekitError('contract', {
        what: `raw memory is one file, or several with addresses, got ${files.length}`,
      });
    }
    const state =
      placed === null && isSnapshotMemory(file.name) ? await companion(stateFileName) : undefined;
    const snapshot = state === undefined ? undefined : layoutBySnapshot(state, file.sizeInBytes);
    if (snapshot !== undefined && 'damage' in snapshot) {
      state?.[Symbol.dispose]();
    }
    return inOneStep(() => {
      if (file.sizeInBytes > maxSizeInBytes) {
        throw new VmcorekitError('unsupported', {
          what: `raw memory of ${file.sizeInBytes} bytes (at most ${maxSizeInBytes})`,
          advice: 'this is a sparse file of another kind',
        });
      }
      const source = new SparseSource(file);
      const layouts =
        placed === null
          ? [
              ...(snapshot !== undefined && 'layout' in snapshot ? [snapshot.layout] : []),
              ...layoutsOf(
                file.sizeInBytes,
                firmwareMapsIn(startOf(source)),
                hasResetVectorInPlace(source),
              ),
            ]
          : [toldLayout(placed, placedBecause)];
      const [first, ...others] = layouts.flatMap(readingsOf);
      if (first === undefined) {
        throw new VmcorekitError('truncated', {
          structure: 'raw memory',
          fileOffset: 0,
          wanted: granuleInBytes,
          got: file.sizeInBytes,
          fileSize: file.sizeInBytes,
        });
      }
      return rawImage(
        source,
        [first, ...others],
        snapshot !== undefined && 'damage' in snapshot ? [snapshot.damage] : [],
        state,
      );
    });
  }
}

/** Nothing in the file says whether the machine is big-endian. */
function readingsOf(layout: Reading['layout']): Reading[] {
  const orders: readonly ByteOrder[] =
    layout.architectures === null ? ['little', 'big'] : ['little'];
  return orders.map((byteOrder) => ({ layout, byteOrder }));
}

function startOf(source: ByteSource): Uint8Array {
  const bytes = new Uint8Array(Math.min(searchedForMaps, source.sizeInBytes));
  return bytes.subarray(0, source.readInto(0, bytes));
}
