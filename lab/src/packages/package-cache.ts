import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../cleanup.ts';
import type { PackageChoice } from '../guests/guest.ts';
import { runCommand } from '../run-command.ts';
import { AptArchive } from './apt-archive.ts';

/** A Debian package, unpacked. */
export interface UnpackedPackage {
  readonly name: string;
  readonly version: string;
  readonly debianArchitecture: string;
  readonly folder: string;
}

/**
 * Keeps unpacked packages, so that the archive is asked once. Remove the folder to get newer
 * versions.
 */
export class PackageCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws {Error} with apt's words when the package is not available. */
  async get(choice: PackageChoice): Promise<UnpackedPackage> {
    const suite = choice.suites[0] ?? '';
    const folder = join(
      this.#folder,
      'packages',
      `${choice.package}-${suite}-${choice.debianArchitecture}`,
    );
    const recordFile = join(folder, 'package.json');
    if (!existsSync(recordFile)) {
      await this.#fetch(choice, folder, recordFile);
    }
    const record = JSON.parse(readFileSync(recordFile, 'utf8')) as {
      name: string;
      version: string;
    };
    return {
      ...record,
      debianArchitecture: choice.debianArchitecture,
      folder: join(folder, 'root'),
    };
  }

  async #fetch(choice: PackageChoice, folder: string, recordFile: string): Promise<void> {
    using download = makeTemporaryFolder();
    const archive = await AptArchive.open(
      choice,
      this.#folder,
      choice.archive && {
        site: choice.archive.site,
        keyring: join((await this.get(choice.archive.keyring)).folder, choice.archive.keyringFile),
      },
    );
    const name = await downloadPackages(choice, archive, download.path);
    mkdirSync(folder, { recursive: true });
    using unpacked = makeTemporaryFolder(folder);
    let version = '';
    for (const fileName of readdirSync(download.path).filter((file) => file.endsWith('.deb'))) {
      const debianFile = join(download.path, fileName);
      await runCommand('dpkg-deb', ['-x', debianFile, unpacked.path]);
      if (fileName.startsWith(`${name}_`)) {
        version = (await runCommand('dpkg-deb', ['-f', debianFile, 'Version'])).trim();
      }
    }
    renameSync(unpacked.path, join(folder, 'root'));
    writeFileSync(recordFile, `${JSON.stringify({ name, version }, undefined, 2)}\n`);
  }
}

/** @returns the name of the package whose version counts. */
async function downloadPackages(
  choice: PackageChoice,
  archive: AptArchive,
  folder: string,
): Promise<string> {
  if (choice.withDependencies) {
    await archive.downloadWithDependencies(choice.package, folder);
    return choice.package;
  }
  const names = await archive.resolve(choice.package);
  for (const name of names) {
    await archive.download(name, folder);
  }
  return names[0] ?? choice.package;
}
