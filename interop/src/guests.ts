import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VmlinuxSymbols } from '@vmcorekit/format-elf';
import { FileSource } from '@vmcorekit/node';

/** A guest of the laboratory, and what it reported about itself. */
export interface Guest {
  readonly name: string;
  readonly folder: string;
  readonly architecture: string;
  readonly firmware: string;
  readonly physBase: number;
  readonly release: string;
  readonly buildId: string;
  /** How many kernels its memory holds. */
  readonly kernelCount: number;
}

/** Where the dumps of the laboratory are. */
export const labFolder: string = process.env.VMCOREKIT_LAB_DUMPS ?? '.lab';

type Truth = Omit<Guest, 'name' | 'folder' | 'kernelCount'> & {
  readonly cpus?: readonly { readonly instructionPointer: string }[];
  readonly kernels?: readonly (Pick<Guest, 'physBase' | 'release' | 'buildId'> & {
    readonly role: string;
    readonly imageOffset: string;
  })[];
};

/** A guest of a machine whose kernels have no phys_base. */
export interface OtherGuest extends Pick<Guest, 'name' | 'folder' | 'architecture' | 'release'> {
  /** Virtual minus physical address of the image, in hexadecimal; of each of its kernels. */
  readonly imageOffsets: readonly string[];
}

/** The guests of x86 machines whose kernel can be found. */
export function guests(): Guest[] {
  return truths().flatMap(({ name, folder, truth }) => {
    // Of a crashed kernel and its capture kernel, a repair names the one that runs.
    const kernel = truth.kernels?.find(({ role }) => role === 'capture') ?? truth;
    return typeof kernel.physBase === 'number' && typeof kernel.release === 'string'
      ? [{ ...truth, ...kernel, name, folder, kernelCount: truth.kernels?.length ?? 1 }]
      : [];
  });
}

/** A guest that a debugger is shown. */
export interface DebuggedGuest extends Pick<Guest, 'name' | 'folder' | 'architecture' | 'release'> {
  /** Of its CPUs, in hexadecimal, as QEMU reported them. */
  readonly instructionPointers: readonly string[];
}

/** The guests of all machines but x86-64, with one kernel each. */
export function debuggedGuests(): DebuggedGuest[] {
  return truths().flatMap(({ name, folder, truth }) => {
    const { architecture, release, cpus = [], kernels = [] } = truth;
    const isOne = typeof release === 'string' && kernels.length === 1;
    return isOne && architecture !== 'x86_64' && existsSync(join(folder, 'elf.vmcore'))
      ? [
          {
            name,
            folder,
            architecture,
            release,
            instructionPointers: cpus.map(({ instructionPointer }) => instructionPointer),
          },
        ]
      : [];
  });
}

/** The guests of all other machines. */
export function otherGuests(): OtherGuest[] {
  return truths().flatMap(({ name, folder, truth }) => {
    const { architecture, release, physBase, kernels = [] } = truth;
    return typeof physBase !== 'number' && typeof release === 'string'
      ? [
          {
            name,
            folder,
            architecture,
            release,
            imageOffsets: kernels.map(({ imageOffset }) => imageOffset),
          },
        ]
      : [];
  });
}

/**
 * The guests in the laboratory's folder (VMCOREKIT_LAB_DUMPS, or `.lab`); only those in
 * VMCOREKIT_INTEROP_GUESTS (separated by commas) where it is set.
 */
function truths(): { readonly name: string; readonly folder: string; readonly truth: Truth }[] {
  const folder = labFolder;
  const only = process.env.VMCOREKIT_INTEROP_GUESTS?.split(',');
  return !existsSync(folder)
    ? []
    : readdirSync(folder)
        .filter(
          (name) => existsSync(join(folder, name, 'truth.json')) && only?.includes(name) !== false,
        )
        .map((name) => ({
          name,
          folder: join(folder, name),
          truth: JSON.parse(readFileSync(join(folder, name, 'truth.json'), 'utf8')) as Truth,
        }));
}

/** The vmlinux files of VMCOREKIT_VMLINUX (separated by colons), by their build IDs. */
export function vmlinuxFiles(): ReadonlyMap<string, string> {
  const paths = (process.env.VMCOREKIT_VMLINUX ?? '').split(':').filter((path) => path !== '');
  const format = new VmlinuxSymbols();
  return new Map(paths.map((path) => [format.open(new FileSource(path)).buildId ?? '', path]));
}
