import {
  btfLimitInBytes,
  isVmcorekitError,
  type KernelMemory,
  type KernelView,
  StructView,
  type TypeTable,
  VmcorekitError,
} from '@vmcorekit/core';
import { type ReadOnlyWindow, windowsOf } from '../symbols/kallsyms/read-only-window.ts';
import { describedHeaderInBytes } from './btf-header.ts';
import { btfTypes } from './btf-types.ts';

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
 * The types that a kernel keeps about itself (CONFIG_DEBUG_INFO_BTF, Linux 5.2 and later). They lie
 * between `__start_BTF` and `__stop_BTF`. Where its symbols do not name these, they are the one BTF
 * in its read-only data. Throws `unsupported` where it has none, `truncated` or `malformed` where
 * it is damaged, `not-mapped` or `page-unreadable` where the dump does not hold all of it. Source:
 * Linux, include/asm-generic/vmlinux.lds.h (BTF).
 */
export function btfInMemory({
  memory,
  symbols,
  runs,
}: Pick<KernelView, 'memory' | 'symbols' | 'runs'>): TypeTable {
  const { wordSizeInBits } = memory;
  const start = symbols.find('__start_BTF')?.address;
  const end = symbols.find('__stop_BTF')?.address;
  if (start !== undefined && end !== undefined) {
    if (end <= start || end - start > BigInt(btfLimitInBytes)) {
      throw none(`__start_BTF and __stop_BTF of ${symbols.from} lie ${end - start} bytes apart`);
    }
    return btfTypes(memory.read(start, Number(end - start)), { wordSizeInBits });
  }
  return onlyOne(
    memory,
    windowsOf(memory, runs).filter(({ isReadOnlyData }) => isReadOnlyData),
  );
}

/** The only BTF in some windows that belongs to a kernel. */
function onlyOne(memory: KernelMemory, windows: readonly ReadOnlyWindow[]): TypeTable {
  const found: TypeTable[] = [];
  const budget = { places: maxPlaces, bytes: searchLimitInBytes };
  for (const window of windows) {
    for (const place of placesIn(window, budget)) {
      const types = typesAt(memory, window, place, budget);
      if (types?.struct(everyKernelsStruct) !== undefined) {
        found.push(types);
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

function none(because: string): VmcorekitError {
  return new VmcorekitError('unsupported', { what: 'the kernel has none', advice: because });
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
 * The types at a place, up to the end that their own header gives; undefined where there are none.
 */
function typesAt(
  memory: KernelMemory,
  window: ReadOnlyWindow,
  offset: number,
  budget: Budget,
): TypeTable | undefined {
  const { byteOrder, wordSizeInBits } = memory;
  const start = window.start + BigInt(offset);
  try {
    const size = sizeInHeader(
      new StructView(memory.read(start, describedHeaderInBytes), byteOrder, 'BTF header'),
    );
    if (size > Math.min(btfLimitInBytes, window.sizeInBytes - offset)) {
      return undefined;
    }
    budget.bytes -= size;
    return budget.bytes < 0 ? undefined : btfTypes(memory.read(start, size), { wordSizeInBits });
  } catch (error) {
    if (isVmcorekitError(error) && !isVmcorekitError(error, 'io')) {
      return undefined;
    }
    throw error;
  }
}

/** The end of the last of its sections. */
function sizeInHeader(header: StructView): number {
  const endOf = (at: number) => header.uint32(at) + header.uint32(at + 4);
  const headerSize = header.uint32(4);
  return (
    headerSize + Math.max(endOf(8), endOf(16), headerSize < describedHeaderInBytes ? 0 : endOf(24))
  );
}
