import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { PackageChoice } from '../guests/guest.ts';
import type { PackageCache } from './package-cache.ts';
import { loadableImage } from './zboot.ts';

/** The options of a kernel's build that are set, by name with `CONFIG_`. */
export type KernelConfiguration = ReadonlyMap<string, string>;

/** A kernel to boot. */
export interface Kernel {
  readonly imageFile: string;
  readonly release: string;
  /** Its package, version and architecture, as dpkg writes them. */
  readonly packageName: string;
  readonly debianArchitecture: string;
  readonly configuration: KernelConfiguration;
  /** Loadable modules by file name without `.ko`. */
  readonly moduleFiles: ReadonlyMap<string, string>;
}

/** @throws {Error} when the package holds no kernel image. */
export async function getKernel(choice: PackageChoice, cache: PackageCache): Promise<Kernel> {
  const unpacked = await cache.get(choice);
  const place = findImage(unpacked.folder);
  if (place === undefined) {
    throw new Error(`${unpacked.name} holds no kernel image`);
  }
  const configuration = readFileSync(place.configurationFile, 'utf8');
  return {
    imageFile: await loadableImage(place.imageFile),
    release: place.release,
    packageName: `${unpacked.name}_${unpacked.version}_${unpacked.debianArchitecture}`,
    debianArchitecture: unpacked.debianArchitecture,
    configuration: new Map(
      [...configuration.matchAll(/^(CONFIG_\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    ),
    moduleFiles: findModules(unpacked.folder),
  };
}

interface ImagePlace {
  readonly release: string;
  readonly imageFile: string;
  readonly configurationFile: string;
}

function findImage(packageFolder: string): ImagePlace | undefined {
  for (const imageFile of ['boot', 'usr/lib/modules'].flatMap((folder) =>
    filesBelow(join(packageFolder, folder)),
  )) {
    const release = /\/boot\/vmlinu[xz]-([^/]+)$/.exec(imageFile)?.[1];
    if (release !== undefined) {
      return {
        release,
        imageFile,
        configurationFile: join(packageFolder, 'boot', `config-${release}`),
      };
    }
    // Since Linux 7 Debian keeps the image and its configuration with the modules.
    const releaseOfFolder = /\/modules\/([^/]+)\/vmlinu[xz]$/.exec(imageFile)?.[1];
    if (releaseOfFolder !== undefined) {
      return {
        release: releaseOfFolder,
        imageFile,
        configurationFile: join(dirname(imageFile), 'config'),
      };
    }
  }
  return undefined;
}

function findModules(packageFolder: string): ReadonlyMap<string, string> {
  // Debian 13 moved modules to /usr/lib.
  const entries = ['lib/modules', 'usr/lib/modules'].flatMap((folder) =>
    filesBelow(join(packageFolder, folder)),
  );
  return new Map(
    entries.flatMap((path) => {
      const name = /^(.+)\.ko(\.xz)?$/.exec(basename(path))?.[1];
      return name === undefined ? [] : [[name, path] as const];
    }),
  );
}

function filesBelow(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}
