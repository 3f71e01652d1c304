import {
  type ArchitectureTable,
  type ByteSource,
  type Damage,
  type DumpImage,
  imageOf,
  type OtherReaders,
  type Progress,
  type Registers,
} from '@vmcorekit/core';
import { FileMemory } from '@vmcorekit/file-memory';
import {
  guestContext32SizeInBytes,
  guestContextSizeInBytes,
  registersOfContext,
} from '../cpus/guest-context.ts';
import { originsOfXen } from '../origins.ts';
import { type CoreFile, readCoreFile } from './core-file.ts';
import { placePages } from './page-list.ts';

/** EM_386 and EM_X86_64: only the contexts of these have sizes that are known here. */
const x86Machines: readonly number[] = [3, 62];
/** `uname -m` of a domain whose CPUs have the 32-bit layout. */
const machine32 = 'i686';
/** Tried with crash 8.0.2; it reads `.xen_p2m`, which it finds by its name. */
const readersOfParavirtual: OtherReaders = { ofFile: ['crash'], ofCopy: [] };
const noReaders: OtherReaders = { ofFile: [], ofCopy: [] };

/** Opens a core. The image owns the source. Throws `truncated`, `malformed` or `unsupported`. */
export function* openCore(
  format: string,
  source: ByteSource,
  architectures: ArchitectureTable,
): Generator<Progress, DumpImage, void> {
  const core = readCoreFile(source);
  const placed = yield* placePages(source, core);
  const memory = new FileMemory(source, placed.pieces, {
    pageSizeInBytes: core.pageSizeInBytes,
    byteOrder: 'little',
    part: 'page',
  });
  const contexts = contextsOf(source, core);
  const architecture = contexts.is32Bit
    ? architectures.ofUtsname(machine32)
    : architectures.ofElf(core.e_machine, 64);
  return imageOf({
    format,
    memory,
    architecture: architecture?.name ?? null,
    wordSizeInBits: contexts.is32Bit ? 32 : 64,
    notes: core.notes,
    header: core.fields,
    headerOffsets: core.fieldOffsets,
    facts: {
      origins: originsOfXen('a note of Xen', core.notes[0]?.fileOffset ?? 0),
      ...(core.isParavirtual ? { readers: core.isCut ? noReaders : readersOfParavirtual } : {}),
    },
    damage: [...core.damage, ...placed.damage, ...contexts.damage],
    ...(placed.frames === null ? {} : { tableFrames: placed.frames }),
    cpus: () => contexts.cpus.map((registers) => ({ pid: null, registers })),
    [Symbol.dispose]() {
      memory.dispose();
      source[Symbol.dispose]();
    },
  });
}

interface Contexts {
  readonly cpus: readonly Registers[];
  readonly is32Bit: boolean;
  readonly damage: readonly Damage[];
}

/** The CPUs of a 64-bit domain; of others, only how many there are. */
function contextsOf(source: ByteSource, core: CoreFile): Contexts {
  const { prstatus, cpuCount, isParavirtual } = core;
  const none = { cpus: [], is32Bit: false, damage: [] };
  const sizeInBytes = prstatus?.sizeInBytes ?? 0;
  if (sizeInBytes === 0 && cpuCount === 0) {
    return none;
  }
  const size = sizeInBytes / cpuCount;
  if (prstatus === undefined || size !== guestContextSizeInBytes) {
    const is32Bit = size === guestContext32SizeInBytes;
    const isKnown = is32Bit || !x86Machines.includes(core.e_machine);
    return { ...none, is32Bit, damage: isKnown ? [] : [cpusDisagree(core, sizeInBytes)] };
  }
  const bytes = new Uint8Array(prstatus.sizeInBytes);
  const got = source.readInto(prstatus.fileOffset, bytes);
  const held = Math.floor(got / size);
  return {
    is32Bit: false,
    cpus: Array.from({ length: held }, (_, index) =>
      registersOfContext(bytes.subarray(index * size, (index + 1) * size), isParavirtual),
    ),
    damage:
      held === cpuCount
        ? []
        : [
            {
              name: 'file-truncated',
              loses: 'notes',
              detail: `.xen_prstatus has ${held} of ${cpuCount} CPUs: the file ends within it`,
              fileOffset: prstatus.fileOffset + got,
            },
          ],
  };
}

function cpusDisagree({ prstatus, cpuCount }: CoreFile, sizeInBytes: number): Damage {
  const wanted = [guestContextSizeInBytes, guestContext32SizeInBytes].map(
    (size) => size * cpuCount,
  );
  return {
    name: 'cpus-disagree',
    loses: 'notes',
    detail: `.xen_prstatus has ${sizeInBytes} bytes, and ${cpuCount} CPUs take ${wanted.join(' or ')}: the registers are not read`,
    ...(prstatus === undefined ? {} : { fileOffset: prstatus.fileOffset }),
  };
}
