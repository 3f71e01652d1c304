import {
  type Architecture,
  hex,
  type Mmu,
  type RegisterReader,
  StructView,
  type TranslationRoot,
  type VirtualRange,
  VmcorekitError,
} from '@vmcorekit/core';

/**
 * The first 64 TiB of physical memory, at fixed virtual addresses: the machine has no page tables.
 */
export const linearWindow: VirtualRange = {
  start: 0xc000_0000_0000_0000n,
  end: 0xc000_4000_0000_0000n,
};

export const windowRoot: TranslationRoot = {
  key: 'toy64 window',
  summary: `the linear window at ${hex(linearWindow.start)}`,
  basePageSizeInBytes: 4096,
  tableAddress: null,
  levels: null,
};

const inWindow = (address: bigint): boolean =>
  address >= linearWindow.start && address < linearWindow.end;

const mmu: Mmu = {
  windows: [windowRoot],
  /** A CPU that runs at physical addresses has translation off. */
  rootOf: (registers) => (inWindow(registers.get('pc') ?? 0n) ? windowRoot : undefined),
  rootsAt: () => [],
  translate(_memory, _root, virtualAddress) {
    if (!inWindow(virtualAddress)) {
      throw new VmcorekitError('not-mapped', {
        virtualAddress,
        because: 'it is not in the linear window',
      });
    }
    return {
      physicalAddress: Number(virtualAddress - linearWindow.start),
      mappingSizeInBytes: windowRoot.basePageSizeInBytes,
      isWritable: true,
      isExecutable: true,
      isUser: false,
      entries: [],
    };
  },
  *mappedRuns(_memory, _root, from, to) {
    const start = from > linearWindow.start ? from : linearWindow.start;
    const end = to < linearWindow.end ? to : linearWindow.end;
    if (start < end) {
      const physicalAddress = Number(start - linearWindow.start);
      const lengthInBytes = Number(end - start);
      yield {
        virtualAddress: start,
        physicalAddress,
        lengthInBytes,
        isWritable: true,
        isExecutable: true,
      };
    }
  },
};

/** The note of a CPU, called TOY and of type 1: u64 pc, u64 sp. */
const registers: RegisterReader = {
  read(note, byteOrder) {
    if (note.name !== 'TOY' || note.type !== 1 || note.descriptor.length !== 16) {
      return undefined;
    }
    const view = new StructView(note.descriptor, byteOrder, 'TOY note', note.fileOffset);
    return {
      from: 'toy',
      registers: new Map([
        ['pc', view.uint64(0)],
        ['sp', view.uint64(8)],
      ]),
    };
  },
};

export const toy64: Architecture = {
  name: 'toy64',
  machines: { elf: [{ machine: 0x746f, wordSizeInBits: 64 }], utsname: ['toy64'] },
  wordSizeInBits: 64,
  byteOrder: 'little',
  pageSizesInBytes: [4096],
  registers,
  mmu,
};
