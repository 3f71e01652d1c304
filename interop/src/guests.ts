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

type Truth = Omit<Guest, 'name' | 'folder' | 'kernelCount'> & {
  readonly kernels?: readonly (Pick<Guest, 'physBase' | 'release' | 'buildId'> & {
    readonly role: string;
  })[];
};

/**
 * The guests in the laboratory's folder (VMCOREKIT_LAB_DUMPS, or `.lab`) whose kernel can be found;
 * only those in VMCOREKIT_INTEROP_GUESTS (separated by commas) where it is set.
 */
export function guests(): Guest[] {
  const folder = process.env.VMCOREKIT_LAB_DUMPS ?? '.lab';
  const only = process.env.VMCOREKIT_INTEROP_GUESTS?.split(',');
  return !existsSync(folder)
    ? []
    : readdirSync(folder)
        .filter(
          (name) => existsSync(join(folder, name, 'truth.json')) && only?.includes(name) !== false,
        )
        .flatMap((name) => {
          const truth = JSON.parse(readFileSync(join(folder, name, 'truth.json'), 'utf8')) as Truth;
          // Of a crashed kernel and its capture kernel, a repair names the one that runs.
          const kernel = truth.kernels?.find(({ role }) => role === 'capture') ?? truth;
          return typeof kernel.physBase === 'number' && typeof kernel.release === 'string'
            ? [
                {
                  ...truth,
                  ...kernel,
                  name,
                  folder: join(folder, name),
                  kernelCount: truth.kernels?.length ?? 1,
                },
              ]
            : [];
        });
}

/** The vmlinux files of VMCOREKIT_VMLINUX (separated by colons), by their build IDs. */
export function vmlinuxFiles(): ReadonlyMap<string, string> {
  const paths = (process.env.VMCOREKIT_VMLINUX ?? '').split(':').filter((path) => path !== '');
  const format = new VmlinuxSymbols();
  return new Map(paths.map((path) => [format.open(new FileSource(path)).buildId ?? '', path]));
}
