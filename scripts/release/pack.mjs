// Packs every public package: what npm would take of it, with links that lead somewhere, and the
// project's documents in the package of the command.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { relink } from './links.mjs';
import { webAddress } from './manifest.mjs';
import { publicWorkspaces, rootFolder, rootManifest } from './workspaces.mjs';

const documents = ['docs', 'CHANGELOG.md', 'SECURITY.md'];
/** Large, and read by few: the documents link to those of the repository. */
const leftOut = ['docs/images/', 'docs/support-matrix.json'];

/** Writes the tarballs into a folder and returns their names. `scratch` is an empty folder. */
export function packAll(out, scratch) {
  const packages = publicWorkspaces();
  const words = packages.flatMap(({ folder }) => ['--workspace', folder]);
  const packed = JSON.parse(npm(['pack', '--dry-run', '--json', ...words], rootFolder));
  const stages = packages.map(({ folder, manifest: { name } }) => {
    const files = packed.find((one) => one.name === name).files.map(({ path }) => path);
    const shipped = new Map(files.map((path) => [`${folder}/${path}`, path]));
    if (name === 'vmcorekit') {
      for (const path of documents.flatMap(filesBelow)) {
        if (!leftOut.some((start) => path.startsWith(start))) {
          shipped.set(path, path);
        }
      }
    }
    return stage(shipped, join(scratch, name));
  });
  mkdirSync(out, { recursive: true });
  const results = npm(['pack', '--json', '--pack-destination', out, ...stages], scratch);
  return JSON.parse(results).map(({ filename }) => filename);
}

/** Copies what is shipped, `{ place in the repository → place in the package }`, to a folder. */
function stage(shipped, to) {
  const root = rootManifest();
  for (const [from, path] of shipped) {
    const target = join(to, path);
    cpSync(join(rootFolder, from), target);
    if (path.endsWith('.md')) {
      const address = webAddress(root);
      const options = { from, shipped, kindOf, address, tag: `v${root.version}` };
      writeFileSync(target, relink(readFileSync(target, 'utf8'), options));
    }
  }
  return to;
}

function kindOf(place) {
  const status = statSync(join(rootFolder, place), { throwIfNoEntry: false });
  return status && (status.isDirectory() ? 'folder' : 'file');
}

function filesBelow(path) {
  return statSync(join(rootFolder, path)).isDirectory()
    ? readdirSync(join(rootFolder, path)).flatMap((name) => filesBelow(`${path}/${name}`))
    : [path];
}

function npm(args, cwd) {
  return execFileSync('npm', args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    // The list of what all packages hold is longer than Node's megabyte.
    maxBuffer: 64 * 1024 * 1024,
  });
}
