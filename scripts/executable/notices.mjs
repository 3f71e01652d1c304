// The licences of everything in the single executable: Node, and the packages that were bundled.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const line = `${'-'.repeat(80)}\n`;

/** The notices as text. `inputs` are the paths of the files bundled, seen from `root`. */
export function noticesOf(root, inputs, node) {
  const folders = new Set(inputs.map(folderOf).filter((folder) => folder !== undefined));
  return [
    'vmcorekit as a single executable holds the following software. Keep this file with it.\n',
    section('Node.js', node.version, 'MIT and others', nodeLicence(node)),
    ...[...folders].sort(byText).map((folder) => packageSection(join(root, folder))),
  ].join(`\n${line}\n`);
}

/** The package that a file belongs to; undefined for the scripts of the build. */
function folderOf(path) {
  return (
    /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ??
    /^packages\/[^/]+(?=\/)/.exec(path)?.[0]
  );
}

function section(name, version, licence, text) {
  return `${name} ${version} (${licence})\n\n${text.trim()}\n`;
}

function packageSection(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license, author } = manifest;
  const [file] = readdirSync(folder)
    .filter((entry) => /^(licen[cs]e|copying|copyright)/i.test(entry))
    .sort(byText);
  const by = author?.name ?? author ?? 'its authors';
  return section(
    name,
    version,
    license,
    file === undefined
      ? `Copyright ${by}. No text comes with it: see https://www.npmjs.com/package/${name}`
      : readFileSync(join(folder, file), 'utf8'),
  );
}

/** The text that comes with Node: beside `bin` in its archives, elsewhere in Linux packages. */
function nodeLicence({ path, version }) {
  const prefix = dirname(dirname(path));
  for (const place of ['LICENSE', 'share/doc/nodejs/LICENSE', 'share/doc/node/LICENSE']) {
    try {
      return readFileSync(join(prefix, place), 'utf8');
    } catch {
      // The next place, then.
    }
  }
  return `The licence is at https://github.com/nodejs/node/blob/${version}/LICENSE`;
}

function byText(a, b) {
  return a < b ? -1 : 1;
}
