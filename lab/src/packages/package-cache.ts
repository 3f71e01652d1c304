import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
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

/** Keeps unpacked packages, so that the archive is asked once; remove the folder to move on to newer versions. */
export class PackageCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws {Error} with apt's words when the package cannot be had. */
  async get(choice: PackageChoice): Promise<UnpackedPackage> {
    const suite = choice.suites[0] ?? '';
    const folder = join(this.#folder, 'packages', `${choice.package}-${suite}-${choice.debianArchitecture}`);
    const recordFile = join(folder, 'package.json');
    if (!existsSync(recordFile)) {
      await this.#fetch(choice, folder, recordFile);
    }
    const record = JSON.parse(readFileSync(recordFile, 'utf8')) as { name: string; version: string };
    return { ...record, debianArchitecture: choice.debianArchitecture, folder: join(folder, 'root') };
  }

  async #fetch(choice: PackageChoice, folder: string, recordFile: string): Promise<void> {
    using download = makeTemporaryFolder();
    const archive = await AptArchive.open(choice, this.#folder);
    const name = await archive.resolve(choice.package);
    await archive.download(name, download.path);
    const fileName = readdirSync(download.path).find((candidate) => candidate.endsWith('.deb'));
    if (fileName === undefined) {
      throw new Error(`apt-get download ${name} brought no package`);
    }
    const debianFile = join(download.path, fileName);
    const version = (await runCommand('dpkg-deb', ['-f', debianFile, 'Version'])).trim();
    mkdirSync(folder, { recursive: true });
    const partialRoot = join(folder, `root.${process.pid}`);
    await runCommand('dpkg-deb', ['-x', debianFile, partialRoot]);
    renameSync(partialRoot, join(folder, 'root'));
    writeFileSync(recordFile, `${JSON.stringify({ name, version }, undefined, 2)}\n`);
  }
}
