import {
  type ArchitectureTable,
  type Dump,
  hex,
  type KernelLayout,
  lookThrough,
  type MemoryLook,
  type PhysicalMemory,
  type Place,
  type Progress,
  type Stretch,
} from '@vmcorekit/core';
import { utsnameAt } from '../description/utsname.ts';
import { physicalAddressIn } from '../kernel-image.ts';
import { findWord, wordOf } from '../reading/find-word.ts';

/** A sign in memory of the machine that its kernel runs on. */
export interface MachineSign {
  /** The name of an architecture. */
  readonly architecture: string;
  /** What was seen, without the place. */
  readonly because: string;
  /** Where it was seen first. */
  readonly at: readonly Place[];
}

/** Signs of one kind, the most frequent machine first. */
export type MachineSigns = readonly MachineSign[];

/** The smallest page of any kernel, at which the image of a program begins. */
const pageSizeInBytes = 4096;
/** A machine has some dozens of places that look like a utsname; a hostile one has any number. */
const maxPlacesRead = 65_536;
/** `struct uts_namespace` is aligned to a word, and its name begins it or follows four bytes. */
const sysname: number = wordOf('Linux');
const restOfSysname = [0x78, 0, 0, 0] as const;
const elfMagic: readonly number[] = [0x7f, 0x45, 0x4c, 0x46];
const elfHeaderSizeInBytes = 20;

/**
 * What memory says of the machine, in one pass: first the kinds that kernels write, then weaker
 * ones. For dumps whose file does not name its machine.
 *
 * 1. `struct new_utsname`. Each kernel has one (`init_uts_ns`) and copies it for processes. It
 *    holds what `uname -m` prints.
 * 2. ELF headers at the start of a page: the vDSO, and cached programs.
 *
 * A process may forge all of them, and an emulator holds those of another machine. So a sign only
 * says which kernels to look for. Returns no kind without a sign. Where `isOver` says so, the rest
 * of memory is left out.
 */
export function* searchMachineSigns(
  memory: PhysicalMemory,
  architectures: ArchitectureTable,
  isOver: () => boolean = () => false,
): Generator<Progress, readonly MachineSigns[], void> {
  const names = new Tally();
  const images = new Tally();
  let placesRead = 0;
  const look: MemoryLook<Seen> = {
    doing: 'searching memory for its machine',
    begin: () => (stretch, seen) => addSigns(stretch, architectures, seen),
  };
  for (const step of lookThrough(memory, look)) {
    if ('kind' in step) {
      if (isOver()) {
        break;
      }
      yield step;
    } else if (step.architecture !== null) {
      images.add(step.architecture, step.address, 'an ELF header');
    } else if (++placesRead <= maxPlacesRead) {
      const found = utsnameAt(memory, step.address);
      const architecture = found && architectures.ofUtsname(found.machine);
      if (found !== undefined && architecture !== undefined) {
        names.add(architecture.name, step.address, `a utsname of Linux ${found.release}`);
      }
    }
  }
  return [names.signs(), images.signs()].filter((signs) => signs.length > 0);
}

/**
 * The machines whose layout leads from the file's own VMCOREINFO to the kernel's `init_uts_ns`, and
 * that are named there. Reads a page for each layout.
 */
export function machinesByNote(
  { vmcoreinfo, image: { memory } }: Pick<Dump, 'vmcoreinfo' | 'image'>,
  layouts: readonly KernelLayout[],
  architectures: ArchitectureTable,
): MachineSigns {
  const virtual = vmcoreinfo?.symbol('init_uts_ns');
  if (vmcoreinfo == null || virtual === undefined) {
    return [];
  }
  return layouts.flatMap((layout): MachineSigns => {
    const { imageOffset } = layout.readVmcoreInfo(vmcoreinfo).claim;
    if (imageOffset === undefined) {
      return [];
    }
    const address = physicalAddressIn(imageOffset, virtual);
    const found = Number.isSafeInteger(address) ? utsnameAt(memory, address) : undefined;
    return found === undefined || architectures.ofUtsname(found.machine)?.name !== layout.name
      ? []
      : [
          {
            architecture: layout.name,
            because: `init_uts_ns, as the VMCOREINFO of the file has it, says ${found.machine}`,
            at: [{ physicalAddress: address, virtualAddress: virtual }],
          },
        ];
  });
}

/** How often each architecture was seen, and where first. */
class Tally {
  readonly #seen: Map<string, { count: number; readonly first: number; readonly what: string }> =
    new Map();

  add(architecture: string, address: number, what: string): void {
    const seen = this.#seen.get(architecture);
    if (seen === undefined) {
      this.#seen.set(architecture, { count: 1, first: address, what });
    } else {
      seen.count++;
    }
  }

  signs(): MachineSigns {
    return [...this.#seen]
      .sort(([, one], [, other]) => other.count - one.count)
      .map(([architecture, { count, first, what }]) => ({
        architecture,
        because: `${what} at ${hex(first)} names ${architecture}${count === 1 ? '' : `, and so do ${count - 1} more`}`,
        at: [{ physicalAddress: first }],
      }));
  }
}

interface Seen {
  readonly address: number;
  /** Of an ELF header; null where the name of a system may begin. */
  readonly architecture: string | null;
}

function addSigns(
  { address, firstPage, bytes, words, isZero }: Stretch,
  architectures: ArchitectureTable,
  seen: Seen[],
): void {
  if (isZero) {
    return;
  }
  for (let at = firstPage; at < bytes.length; at += pageSizeInBytes) {
    const architecture = bytes[at] === elfMagic[0] ? elfAt(bytes, at, architectures) : undefined;
    if (architecture !== undefined) {
      seen.push({ address: address + at, architecture });
    }
  }
  // Where the bytes end within the name, its start alone counts.
  for (const at of findWord(words, sysname)) {
    if (restOfSysname.every((byte, index) => (bytes[at + 4 + index] ?? byte) === byte)) {
      seen.push({ address: address + at, architecture: null });
    }
  }
}

/** The architecture of the program or library whose ELF header stands there. */
function elfAt(
  bytes: Uint8Array,
  at: number,
  architectures: ArchitectureTable,
): string | undefined {
  const header = bytes.subarray(at, at + elfHeaderSizeInBytes);
  const [isWide, isLittle] = [header[4] === 2, header[5] === 1];
  if (
    header.length < elfHeaderSizeInBytes ||
    elfMagic.some((byte, index) => header[index] !== byte) ||
    !(isWide || header[4] === 1) ||
    !(isLittle || header[5] === 2)
  ) {
    return undefined;
  }
  const machine = new DataView(header.buffer, header.byteOffset).getUint16(18, isLittle);
  return architectures.ofElf(machine, isWide ? 64 : 32)?.name;
}
