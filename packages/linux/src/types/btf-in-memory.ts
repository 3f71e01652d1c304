import {
  isVmcorekitError,
  type KernelMemory,
  type KernelView,
  StructView,
  type TypeTable,
  VmcorekitError,
} from '@vmcorekit/core';
import { type ReadOnlyWindow, windowsOf } from '../symbols/kallsyms/read-only-window.ts';
import { btfLimitInBytes, describedHeaderInBytes } from './btf-header.ts';
import { btfTypes } from './btf-types.ts';

const stepInBytes = 0x10000;
/** A kernel's image has a handful of places that begin like a BTF; a hostile one could have millions. */
const maxPlaces = 64;
/** Every kernel has it; what lacks it is the BTF of something else. */
const everyKernelsStruct = 'list_head';

/**
 * The types a kernel keeps of itself (CONFIG_DEBUG_INFO_BTF, Linux 5.2 and later): between `__start_BTF` and `__stop_BTF`, or, where its
 * symbols do not name these, the one BTF in its read-only data. Throws `unsupported` where it has none, `truncated` or `malformed` where
 * it is damaged, `not-mapped` or `page-unreadable` where the dump does not hold all of it.
 * Source: Linux, include/asm-generic/vmlinux.lds.h (BTF).
 */
export function btfInMemory({ memory, symbols, runs }: Pick<KernelView, 'memory' | 'symbols' | 'runs'>): TypeTable {
  const { wordSizeInBits } = memory;
  const start = symbols.find('__start_BTF')?.address;
  const end = symbols.find('__stop_BTF')?.address;
  if (start !== undefined && end !== undefined) {
    if (end <= start || end - start > BigInt(btfLimitInBytes)) {
      throw none(`__start_BTF and __stop_BTF of ${symbols.from} lie ${end - start} bytes apart`);
    }
    return btfTypes(memory.read(start, Number(end - start)), { wordSizeInBits });
  }
  const found: TypeTable[] = [];
  let places = 0;
  for (const window of windowsOf(memory, runs).filter(({ isReadOnlyData }) => isReadOnlyData)) {
    for (const place of placesIn(window)) {
      const types = ++places > maxPlaces ? undefined : typesAt(memory, window, place);
      if (types?.struct(everyKernelsStruct) !== undefined) {
        found.push(types);
      }
    }
  }
  const [only] = found;
  if (only === undefined || found.length > 1 || places > maxPlaces) {
    const seen = places > maxPlaces ? `more than ${maxPlaces} places that look like it` : `${found.length || 'none'}`;
    throw none(`its symbols do not name __start_BTF, and its read-only data holds ${seen}`);
  }
  return only;
}

function none(because: string): VmcorekitError {
  return new VmcorekitError('unsupported', { what: 'the BTF of the kernel', advice: because });
}

/** Offsets where the magic and version of a BTF stand. */
function* placesIn(window: ReadOnlyWindow): Generator<number, void, void> {
  const bytes = new Uint8Array(stepInBytes + 4);
  const start = window.byteOrder === 'little' ? [0x9f, 0xeb, 1, 0] : [0xeb, 0x9f, 1, 0];
  for (let offset = 0; offset < window.sizeInBytes; offset += stepInBytes) {
    const length = Math.min(bytes.length, window.sizeInBytes - offset);
    window.readPartly(offset, bytes.subarray(0, length));
    for (let at = bytes.indexOf(0x9f); at >= 0 && at < length; at = bytes.indexOf(0x9f, at + 1)) {
      const first = window.byteOrder === 'little' ? at : at - 1;
      if (first < stepInBytes && start.every((byte, index) => bytes[first + index] === byte)) {
        yield offset + first;
      }
    }
  }
}

/** The types at a place, its end being what its own header says; undefined where there are none. */
function typesAt(memory: KernelMemory, window: ReadOnlyWindow, offset: number): TypeTable | undefined {
  const { byteOrder, wordSizeInBits } = memory;
  const start = window.start + BigInt(offset);
  try {
    const size = sizeInHeader(new StructView(memory.read(start, describedHeaderInBytes), byteOrder, 'BTF header'));
    return size > Math.min(btfLimitInBytes, window.sizeInBytes - offset)
      ? undefined
      : btfTypes(memory.read(start, size), { wordSizeInBits });
  } catch (error) {
    if (isVmcorekitError(error) && !isVmcorekitError(error, 'io')) {
      return undefined;
    }
    throw error;
  }
}

/** Up to the end of the last of its sections. */
function sizeInHeader(header: StructView): number {
  const endOf = (at: number) => header.uint32(at) + header.uint32(at + 4);
  const headerSize = header.uint32(4);
  return headerSize + Math.max(endOf(8), endOf(16), headerSize < describedHeaderInBytes ? 0 : endOf(24));
}
