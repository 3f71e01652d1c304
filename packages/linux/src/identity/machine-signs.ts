import {
  type ArchitectureTable,
  type Dump,
  hex,
  isZero,
  type KernelLayout,
  latin1Bytes,
  type PhysicalMemory,
  type Place,
  type Progress,
  tryRead,
} from '@vmcorekit/core';
import { utsnameAt } from '../description/utsname.ts';
import { physicalAddressIn } from '../kernel-image.ts';

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
const pagesPerStep = 64;
/** A machine has some dozens of places that look like a utsname; a hostile one has any number. */
const maxPlacesRead = 65_536;
/** `struct uts_namespace` is aligned to a word, and its name begins it or follows four bytes. */
const sysname: readonly number[] = wordsOf(latin1Bytes('Linux\0\0\0'));
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
 * says which kernels to look for. Returns no kind without a sign.
 */
export function* searchMachineSigns(
  memory: PhysicalMemory,
  architectures: ArchitectureTable,
): Generator<Progress, readonly MachineSigns[], void> {
  const end = memory.ranges.at(-1)?.end ?? 0;
  const names = new Tally();
  const images = new Tally();
  let placesRead = 0;
  let pages = 0;
  for (const run of memory.storedRuns()) {
    let pageEnd = run.start;
    for (let page = run.start; page < run.end; page = pageEnd) {
      pageEnd = Math.min(run.end, page - (page % memory.pageSizeInBytes) + memory.pageSizeInBytes);
      const seen = tryRead(() =>
        memory.withView(page, pageEnd - page, (bytes) => lookAt(bytes, page, architectures)),
      );
      for (const [address, architecture] of seen?.images ?? []) {
        images.add(architecture, address, 'an ELF header');
      }
      for (const address of seen?.names ?? []) {
        const found = ++placesRead > maxPlacesRead ? undefined : utsnameAt(memory, address);
        const architecture = found && architectures.ofUtsname(found.machine);
        if (found !== undefined && architecture !== undefined) {
          names.add(architecture.name, address, `a utsname of Linux ${found.release}`);
        }
      }
      if (++pages % pagesPerStep === 0) {
        yield { kind: 'progress', doing: 'searching memory for its machine', fraction: page / end };
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
    const address = imageOffset === undefined ? -1 : physicalAddressIn(imageOffset, virtual);
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
  /** Where the name of a system may begin. */
  readonly names: readonly number[];
  /** ELF headers, and their architectures. */
  readonly images: readonly (readonly [number, string])[];
}

function lookAt(bytes: Uint8Array, start: number, architectures: ArchitectureTable): Seen {
  if (isZero(bytes)) {
    return { names: [], images: [] };
  }
  const images: [number, string][] = [];
  for (let at = -start & (pageSizeInBytes - 1); at < bytes.length; at += pageSizeInBytes) {
    const architecture = bytes[at] === elfMagic[0] ? elfAt(bytes, at, architectures) : undefined;
    if (architecture !== undefined) {
      images.push([start + at, architecture]);
    }
  }
  return { names: namesIn(bytes, start), images };
}

/** Where `Linux` and NULs stand at a multiple of four; at the end of the bytes, its start alone. */
function namesIn(bytes: Uint8Array, start: number): number[] {
  const shift = -start & 3;
  const aligned = (bytes.byteOffset + shift) % 4 === 0 ? bytes : Uint8Array.from(bytes);
  const from = aligned.byteOffset + shift;
  const words = new Uint32Array(aligned.buffer, from, Math.max(0, aligned.length - shift) >>> 2);
  const [first = 0, second = 0] = sysname;
  const found: number[] = [];
  for (let at = words.indexOf(first); at >= 0; at = words.indexOf(first, at + 1)) {
    if ((words[at + 1] ?? second) === second) {
      found.push(start + shift + 4 * at);
    }
  }
  return found;
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

/** Bytes as words of this computer, which typed arrays are searched for. */
function wordsOf(bytes: Uint8Array): readonly number[] {
  return [...new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >>> 2)];
}
