import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MachineName } from '../guests/machines.ts';
import type { UnpackedPackage } from '../packages/package-cache.ts';
import { type CpioEntry, fileMode, programMode } from './cpio.ts';
import { packagedLibraries } from './packaged-libraries.ts';

const guestFolder = fileURLToPath(new URL('../../guest', import.meta.url));
const libraries = ['libc.so.6', 'libm.so.6', 'libz.so.1', 'libexpat.so.1', 'libffi.so.8'];

/** Of Python's library, what the load imports; the whole would take more memory than the load. */
const pythonModules = [
  ...['_collections_abc', '_compat_pickle', '_weakrefset', 'abc', 'bisect', 'codecs', 'contextlib'],
  ...['copyreg', 'enum', 'functools', 'genericpath', 'hashlib', 'heapq', 'io', 'keyword'],
  ...['linecache', 'operator', 'os', 'posixpath', 'reprlib', 'selectors', 'signal', 'socket'],
  ...['stat', 'struct', 'token', 'tokenize', 'traceback', 'types', 'warnings', 'weakref'],
].map((name) => `${name}.py`);
const pythonPackages = ['collections', 'ctypes', 'encodings', 'importlib', 'json', 're'];
const pythonExtensions = ['_ctypes', '_json', 'mmap'];

/** Python, the programs of the load, and `bin/python` to start them with. */
export function buildLoad(python: UnpackedPackage, machine: MachineName): readonly CpioEntry[] {
  const path = `usr/lib/${python.name}`;
  const library = join(python.folder, path);
  const extensions = join(library, 'lib-dynload');
  return [
    entry('bin/python', join(python.folder, `usr/bin/${python.name}`), programMode),
    ...packagedLibraries(python.folder, machine, libraries),
    ...pythonModules.map((name) => entry(`${path}/${name}`, join(library, name))),
    ...pythonPackages.flatMap((name) =>
      readdirSync(join(library, name))
        .filter((file) => file.endsWith('.py'))
        .map((file) => entry(`${path}/${name}/${file}`, join(library, name, file))),
    ),
    ...readdirSync(extensions)
      .filter((file) => pythonExtensions.includes(file.split('.')[0] ?? ''))
      .map((file) => entry(`${path}/lib-dynload/${file}`, join(extensions, file))),
    ...readdirSync(guestFolder)
      .filter((file) => file.endsWith('.py'))
      .map((file) => entry(`lab/${basename(file)}`, join(guestFolder, file))),
  ];
}

function entry(path: string, file: string, mode = fileMode): CpioEntry {
  return { path, mode, data: readFileSync(file) };
}
