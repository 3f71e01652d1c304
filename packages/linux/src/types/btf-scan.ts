import {
  btfLimitInBytes,
  isSourceFailure,
  isVmcorekitError,
  type KernelMemory,
  type KernelView,
  StructView,
} from '@vmcorekit/core';
import { type ReadOnlyWindow, windowsOf } from '../symbols/kallsyms/read-only-window.ts';
import { wholeBytes } from './btf-bytes.ts';
import { describedHeaderInBytes, noBtf as none, shortestHeaderInBytes } from './btf-header.ts';
import { btfKind } from './btf-kinds.ts';
import { type BtfRecords, IndexedRecords } from './btf-records.ts';
import { BtfSection, recordHeadInBytes, recordInfo } from './btf-section.ts';

const stepInBytes = 0x10000;
/**
 * A kernel's image has a handful of places that begin like a BTF; a hostile one could have
 * millions.
 */
const maxPlaces = 64;
/**
 * The limit of what is searched of an image and read at the places found; its read-only data has
 * some 20 MiB.
 */
const searchLimitInBytes = 2 * btfLimitInBytes;
/** Every kernel has this type; a BTF without it belongs to something else. */
const everyKernelsStruct = 'list_head';

/**
 * The only BTF in a kernel's read-only data that is a kernel's. The image is mapped in one piece,
 * so is its BTF. Copies of its header, as `struct btf` has one, are no BTF: what follows them is no
 * type. Throws `unsupported` where there is none, or several.
 */
export function scanForBtf({ memory, runs }: Pick<KernelView, 'memory' | 'runs'>): BtfRecords {
  const windows = windowsOf(memory, runs).filter(({ isReadOnlyData }) => isReadOnlyData);
  const found: BtfRecords[] = [];
  const budget = { places: maxPlaces, bytes: searchLimitInBytes };
  for (const window of windows) {
    for (const place of placesIn(window, budget)) {
      const records = recordsAt(memory, window, place, budget);
      if (records !== undefined && hasKernelsStruct(records)) {
        found.push(records);
      }
    }
  }
  const [only] = found;
  if (budget.places < 0 || budget.bytes < 0) {
    throw none(
      'its symbols do not name __start_BTF, and its read-only data holds too much that looks like it',
    );
  }
  if (only === undefined || found.length > 1) {
    throw none(
      `its symbols do not name __start_BTF, and its read-only data holds ${found.length || 'none'}`,
    );
  }
  return only;
}

/** What a search may still read; below 0 where it had to stop. */
interface Budget {
  places: number;
  bytes: number;
}

function hasKernelsStruct(records: BtfRecords): boolean {
  return records
    .named(everyKernelsStruct)
    .some((id) => records.record(id)?.kind === btfKind.STRUCT);
}

/** Offsets with the magic and version of a BTF. */
function* placesIn(window: ReadOnlyWindow, budget: Budget): Generator<number, void, void> {
  const bytes = new Uint8Array(stepInBytes + 4);
  const start = window.byteOrder === 'little' ? [0x9f, 0xeb, 1, 0] : [0xeb, 0x9f, 1, 0];
  for (let offset = 0; offset < window.sizeInBytes; offset += stepInBytes) {
    const length = Math.min(bytes.length, window.sizeInBytes - offset);
    budget.bytes -= stepInBytes;
    if (budget.bytes < 0) {
      return;
    }
    window.readPartly(offset, bytes.subarray(0, length));
    for (let at = bytes.indexOf(0x9f); at >= 0 && at < length; at = bytes.indexOf(0x9f, at + 1)) {
      const first = window.byteOrder === 'little' ? at : at - 1;
      if (first < stepInBytes && start.every((byte, index) => bytes[first + index] === byte)) {
        if (--budget.places < 0) {
          return;
        }
        yield offset + first;
      }
    }
  }
}

/**
 * The records at a place, up to the end that their own header gives; undefined where there are
 * none.
 */
function recordsAt(
  memory: KernelMemory,
  window: ReadOnlyWindow,
  offset: number,
  budget: Budget,
): BtfRecords | undefined {
  const start = window.start + BigInt(offset);
  try {
    const size = sizeAt(memory, start);
    if (size === undefined || size > Math.min(btfLimitInBytes, window.sizeInBytes - offset)) {
      return undefined;
    }
    budget.bytes -= size;
    return budget.bytes < 0
      ? undefined
      : new IndexedRecords(new BtfSection(wholeBytes(memory.read(start, size))));
  } catch (error) {
    if (isVmcorekitError(error) && !isSourceFailure(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Up to the end of its last part; undefined where its header or its first type is none. */
function sizeAt(memory: KernelMemory, start: bigint): number | undefined {
  const read = (from: bigint, length: number) =>
    new StructView(memory.read(from, length), memory.byteOrder, 'BTF header');
  const header = read(start, describedHeaderInBytes);
  const headerSize = header.uint32(4);
  const [typesAt, typesLength] = [header.uint32(8), header.uint32(12)];
  const isPlausible =
    headerSize >= shortestHeaderInBytes &&
    headerSize % 4 === 0 &&
    typesAt % 4 === 0 &&
    typesLength % 4 === 0 &&
    typesLength >= recordHeadInBytes;
  const firstType = start + BigInt(headerSize + typesAt);
  if (!isPlausible || recordInfo(read(firstType, recordHeadInBytes).uint32(4)).kind === 0) {
    return undefined;
  }
  const ends = [8, 16, ...(headerSize < describedHeaderInBytes ? [] : [24])].map(
    (at) => header.uint32(at) + header.uint32(at + 4),
  );
  return headerSize + Math.max(...ends);
}
