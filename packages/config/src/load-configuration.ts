import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigFile } from './config-file.ts';
import { type ConfigSource, type Configuration, configurationOf } from './configuration.ts';
import { findInFolder, upwardFrom } from './find-in-folder.ts';
import type { TrustStore } from './trust.ts';
import { type Environment, userFolder } from './user-folder.ts';

export interface ConfigurationRequest {
  /** The working directory, absolute. */
  readonly folder: string;
  readonly env: Environment;
  /** The file given by `--config`: only it counts, and it may be code. */
  readonly given?: string;
}

/**
 * Finds and reads the effective configuration: the given file, or the user's own file and then the
 * nearest trusted one in the working directory or above. A found file that the user has not trusted
 * is not even parsed. Throws `bad-config`.
 */
export async function loadConfiguration({
  folder,
  env,
  given,
}: ConfigurationRequest): Promise<Configuration> {
  if (given !== undefined) {
    return configurationOf(await placed(resolve(folder, given), '--config', true), []);
  }
  const own = userFolder(env);
  const ofUser = own === undefined ? [] : (await findInFolder(own)).slice(0, 1);
  const { trusted, ignored } = await findTrusted(folder, own);
  const found = await Promise.all([
    ...ofUser.map((path) => placed(path, 'user folder', false)),
    ...trusted.map((path) => placed(path, 'trusted', false)),
  ]);
  return configurationOf(found.flat(), ignored);
}

/** All files of a configuration: itself, presets, plug-ins. This is what `trust` records. */
export async function filesOf(path: string): Promise<readonly string[]> {
  const [{ loadChain }, { resolveSpecifier }] = await Promise.all([
    import('./load-chain.ts'),
    import('./resolve-specifier.ts'),
  ]);
  const chain = await loadChain(path, false);
  return chain.flatMap((file) => [
    file.path,
    ...(file.config.plugins ?? []).map((specifier, index) =>
      resolveSpecifier(file, ['plugins', index], specifier),
    ),
  ]);
}

async function placed(
  path: string,
  source: ConfigSource,
  mayRun: boolean,
): Promise<readonly { readonly file: ConfigFile; readonly source: ConfigSource }[]> {
  // Loaded here, because parser and validator are only needed where there is a file.
  const { loadChain } = await import('./load-chain.ts');
  return (await loadChain(path, mayRun)).map((file) => ({ file, source }));
}

/**
 * The nearest trusted file in a folder or above, and the untrusted ones below it, which do not hide
 * it.
 */
async function findTrusted(
  folder: string,
  own: string | undefined,
): Promise<{ readonly trusted: readonly string[]; readonly ignored: readonly string[] }> {
  const ignored: string[] = [];
  let store: TrustStore | undefined;
  for (const at of upwardFrom(folder)) {
    if (own !== undefined && isSame(at, own)) {
      continue;
    }
    for (const path of await findInFolder(at)) {
      if (own !== undefined) {
        store ??= new (await import('./trust.ts')).TrustStore(own);
        if (store.isTrusted(path) && store.covers(path, await filesOf(path))) {
          return { trusted: [path], ignored };
        }
      }
      ignored.push(path);
    }
  }
  return { trusted: [], ignored };
}

function isSame(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return false;
  }
}
