import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '../cleanup.ts';
import type { PackageChoice } from '../guests/guest.ts';
import { runCommand } from '../run-command.ts';
import type { Kernel } from './kernel.ts';
import type { PackageCache } from './package-cache.ts';

/** LiME's source, which Debian packages for dkms. */
const limeSource: PackageChoice = {
  suites: ['bookworm'],
  debianArchitecture: 'amd64',
  package: 'lime-forensics-dkms',
};

/**
 * Builds LiME's module for a kernel whose headers are installed. @throws {Error} when they are not,
 * with the package's name.
 */
export async function buildLimeModule(kernel: Kernel, cache: PackageCache): Promise<Uint8Array> {
  const build = `/lib/modules/${kernel.release}/build`;
  if (!existsSync(build)) {
    throw new Error(`missing packages: apt-get install linux-headers-${kernel.release}`);
  }
  const { folder } = await cache.get(limeSource);
  const sources = join(folder, 'usr/src');
  const name = readdirSync(sources).find((each) => each.startsWith('lime-forensics-')) ?? '';
  using temporary = makeTemporaryFolder();
  cpSync(join(sources, name), temporary.path, { recursive: true });
  await runCommand('make', ['-C', build, `M=${temporary.path}`, 'modules']);
  return readFileSync(join(temporary.path, 'lime.ko'));
}
