import { readFileSync, realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type MachineName, machines } from '../guests/machines.ts';
import { type CpioEntry, programMode } from './cpio.ts';
import { neededLibraries } from './needed-libraries.ts';

/**
 * A program of an unpacked package, with the loader and the shared libraries that it needs.
 * @throws {Error} when the packages lack one of them.
 */
export function packagedProgram(
  packageFolder: string,
  path: string,
  machine: MachineName,
): readonly CpioEntry[] {
  const data = readFileSync(findMerged(packageFolder, path));
  return [
    { path: join('bin', basename(path)), mode: programMode, data },
    ...packagedLibraries(packageFolder, machine, neededLibraries(data)),
  ];
}

/**
 * A machine's loader and these shared libraries, with those that they need, at the places where the
 * loader looks for them.
 */
export function packagedLibraries(
  packageFolder: string,
  machine: MachineName,
  names: readonly string[],
): readonly CpioEntry[] {
  const { libraries } = machines[machine];
  if (libraries === undefined) {
    throw new Error(`the laboratory runs no program of a package on ${machine}`);
  }
  const { folder, loader } = libraries;
  const loaderName = basename(loader);
  const found = new Map<string, Buffer>();
  for (let wanted = [loaderName, ...names]; wanted.length > 0; ) {
    const fresh = [...new Set(wanted)].filter((name) => !found.has(name));
    wanted = fresh.flatMap((name) => {
      const data = readFileSync(findMerged(packageFolder, join(folder, name)));
      found.set(name, data);
      return neededLibraries(data);
    });
  }
  return [...found].map(([name, data]) => ({
    path: name === loaderName ? loader : join(folder, name),
    mode: programMode,
    data,
  }));
}

/**
 * A file in either of two folders that an installed system merges: Debian 13 moved its packages'
 * programs to /usr/bin, and Debian 12's have libraries in both. @throws {Error} when it is in none.
 */
export function findMerged(packageFolder: string, path: string): string {
  for (const prefix of ['', 'usr']) {
    try {
      return realpathSync(join(packageFolder, prefix, path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw error;
      }
    }
  }
  throw new Error(`the packages hold no ${basename(path)}`);
}
