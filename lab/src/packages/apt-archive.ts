import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { PackageChoice } from '../guests/guest.ts';
import { runCommand } from '../run-command.ts';

const debianKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** A mirror that is renewed while its lists are fetched gives some that do not fit together. */
const maxUpdates = 3;
const pauseInMilliseconds = 20_000;

/**
 * Debian's archive for one set of suites and one architecture, whatever the system itself runs. apt
 * gets separate folders, so the system's package lists stay unchanged and root is not needed. The
 * mirror is the system's.
 */
export class AptArchive {
  readonly #options: readonly string[];

  private constructor(options: readonly string[]) {
    this.#options = options;
  }

  /**
   * Fetches the package lists, once for a cache folder.
   * @param foreign another distribution's archive; its keys are already in the file `keyring`
   */
  static async open(
    choice: PackageChoice,
    cacheFolder: string,
    foreign?: { readonly site: string; readonly keyring: string },
  ): Promise<AptArchive> {
    const folder = join(
      cacheFolder,
      'apt',
      `${choice.suites.join('+')}-${choice.debianArchitecture}`,
    );
    const archive = new AptArchive(aptOptions(folder, choice.debianArchitecture));
    const complete = join(folder, 'complete');
    if (!existsSync(complete)) {
      for (const subfolder of ['state/lists/partial', 'cache/archives/partial']) {
        mkdirSync(join(folder, subfolder), { recursive: true });
      }
      writeFileSync(join(folder, 'state/status'), '');
      writeFileSync(
        join(folder, 'sources.list'),
        foreign === undefined
          ? await sourcesOf(choice.suites)
          : foreignSources(choice.suites, foreign),
      );
      await archive.#update();
      writeFileSync(complete, '');
    }
    return archive;
  }

  /**
   * The package itself; or the kernel image that its metapackage depends on today, with the
   * packages into which a newer Debian splits an image. The one whose version counts comes first.
   */
  async resolve(packageName: string): Promise<readonly string[]> {
    const image = (await this.#dependencies(packageName)).find((name) =>
      name.startsWith('linux-image-'),
    );
    if (image === undefined) {
      return [packageName];
    }
    const parts = (await this.#dependencies(image)).filter((name) =>
      /^linux-(base|binary|modules)-\d/.test(name),
    );
    return [image, ...parts];
  }

  async #update(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await runCommand('apt-get', [...this.#options, 'update', '--error-on=any']);
        return;
      } catch (error) {
        if (tries === maxUpdates) {
          throw error;
        }
        await setTimeout(pauseInMilliseconds);
      }
    }
  }

  async #dependencies(packageName: string): Promise<readonly string[]> {
    const answer = await runCommand('apt-cache', [...this.#options, 'depends', packageName]);
    return [...answer.matchAll(/^\s*Depends: ([^\s<]+)$/gm)].map((match) => match[1] ?? '');
  }

  /** Puts the newest versions of the package and of everything it depends on into the folder. */
  async downloadWithDependencies(packageName: string, folder: string): Promise<void> {
    const request = [
      'install',
      '--yes',
      '--download-only',
      '--no-install-recommends',
      '-o',
      `Dir::Cache::archives=${folder}`,
    ];
    mkdirSync(join(folder, 'partial'), { recursive: true });
    await runCommand('apt-get', [...this.#options, ...request, packageName]);
  }

  /** Puts the newest version's `.deb` into the folder. */
  async download(packageName: string, folder: string): Promise<void> {
    await runCommand('apt-get', [...this.#options, 'download', packageName], {
      workingFolder: folder,
    });
  }
}

function aptOptions(folder: string, debianArchitecture: string): readonly string[] {
  return [
    `Dir::Etc::sourcelist=${join(folder, 'sources.list')}`,
    'Dir::Etc::sourceparts=/dev/null',
    `Dir::State=${join(folder, 'state')}`,
    `Dir::State::status=${join(folder, 'state/status')}`,
    `Dir::Cache=${join(folder, 'cache')}`,
    `APT::Architecture=${debianArchitecture}`,
    `APT::Architectures::=${debianArchitecture}`,
    'APT::Sandbox::User=root',
  ].flatMap((option) => ['-o', option]);
}

function foreignSources(
  suites: readonly string[],
  { site, keyring }: { readonly site: string; readonly keyring: string },
): string {
  return suites.map((suite) => `deb [signed-by=${keyring}] ${site} ${suite} main\n`).join('');
}

async function sourcesOf(suites: readonly string[]): Promise<string> {
  // Prints what an update would fetch, and fetches nothing. It needs no package lists, which a
  // fresh machine lacks.
  const targets = await runCommand('apt-get', ['update', '--print-uris']);
  const sites = [...targets.matchAll(/^'(\S+)\/dists\/\S+\/InRelease'/gm)].map(
    (match) => match[1] ?? '',
  );
  return makeSources(suites, sites);
}

/**
 * Writes apt's sources for these suites, from the sites that the system itself uses.
 * @throws {Error} when none of them is a mirror of a suite's archive.
 */
export function makeSources(suites: readonly string[], sites: readonly string[]): string {
  return suites
    .map((suite) => {
      // Mirrors keep the archives' folder names; labels are known only after an update.
      const archive = suite.endsWith('-security') ? 'debian-security' : 'debian';
      const site = sites.find((candidate) => candidate.replace(/\/$/, '').endsWith(`/${archive}`));
      if (site === undefined) {
        throw new Error(`apt's sources name no mirror of the ${archive} archive`);
      }
      return `deb [signed-by=${debianKeyring}] ${site} ${suite} main\n`;
    })
    .join('');
}
