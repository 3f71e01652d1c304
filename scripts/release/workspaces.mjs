import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const rootFolder = fileURLToPath(new URL('../../', import.meta.url));

export const rootManifest = () => manifestOf('.');

/** Every workspace of the repository, `{ folder, manifest }`, its folder below the root's. */
export function workspaces() {
  return rootManifest()
    .workspaces.flatMap((pattern) =>
      pattern.endsWith('/*')
        ? readdirSync(`${rootFolder}${pattern.slice(0, -2)}`).map(
            (name) => `${pattern.slice(0, -1)}${name}`,
          )
        : [pattern],
    )
    .filter((folder) => existsSync(`${rootFolder}${folder}/package.json`))
    .map((folder) => ({ folder, manifest: manifestOf(folder) }));
}

/** Those that npm publishes. */
export const publicWorkspaces = () =>
  workspaces().filter(({ manifest }) => manifest.private !== true);

function manifestOf(folder) {
  return JSON.parse(readFileSync(`${rootFolder}${folder}/package.json`, 'utf8'));
}
