// What users do with the published packages, each a function that throws where it does not work:
// the README's lines, a program in TypeScript, a plug-in.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install } from './install.mjs';
import { isOurs } from './manifest.mjs';
import { rootFolder } from './workspaces.mjs';

const dump = join(rootFolder, 'fixtures/ovmf-nokaslr/dump.kdump');
const samples = join(rootFolder, 'scripts/samples');

/** `npm install vmcorekit` and the README's lines, in an empty folder. */
export function tryTheCommand(folder, tarballs) {
  install(folder, tarballs, ['vmcorekit']);
  const { packages } = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  const scripted = Object.keys(packages).filter((name) => packages[name].hasInstallScript);
  expectThat(scripted.length === 0, `these run scripts when installed: ${scripted.join()}`);
  copyFileSync(dump, join(folder, 'vmcore'));
  expectText(vmcorekit(folder, 'probe', 'vmcore'), 'certain');
  expectText(vmcorekit(folder, 'verify', 'vmcore'), '');
  expectText(vmcorekit(folder, 'analyze', 'memory-map', 'vmcore'), '');
  expectText(vmcorekit(folder, 'convert', '--compression', 'zstd', 'vmcore', 'copy'), '');
  expectText(vmcorekit(folder, 'probe', 'copy'), 'certain');
  expectThat(existsSync(cacheOf(folder)), 'no compiled code was kept');
  expectText(vmcorekit(folder, '--help'), 'vmcorekit/docs');
  expectThat(
    existsSync(join(folder, 'node_modules/vmcorekit/docs/command-line.md')),
    'vmcorekit/docs has no command-line.md',
  );
}

/** `npm install @vmcorekit/mcp`, and one call by a client that closes its end after it. */
export function tryTheServer(folder, tarballs) {
  install(folder, tarballs, ['@vmcorekit/mcp']);
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'trial', version: '1.0.0' },
  };
  const input = [
    { jsonrpc: '2.0', id: 1, method: 'initialize', params },
    { jsonrpc: '2.0', id: 2, method: 'tools/list' },
  ]
    .map((message) => `${JSON.stringify(message)}\n`)
    .join('');
  const server = join(folder, 'node_modules/.bin/vmcorekit-mcp');
  expectText(
    execFileSync(server, ['--no-config', dump], { encoding: 'utf8', input }),
    'list_dumps',
  );
}

/**
 * The README's sample and one in TypeScript, where nothing but vmcorekit can be imported: npm's
 * linked layout is as strict as pnpm's.
 */
export function tryTheLibrary(folder, tarballs) {
  install(folder, tarballs, ['vmcorekit'], ['--install-strategy=linked']);
  const visible = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
  expectThat(
    visible.join() === 'vmcorekit',
    `more than vmcorekit can be imported: ${visible.join()}`,
  );
  copyFileSync(dump, join(folder, 'vmcore'));
  for (const [index, sample] of samplesOf('README.md').entries()) {
    writeFileSync(join(folder, `readme-${index}.js`), sample);
    node(folder, `readme-${index}.js`, 'vmcore');
  }
  for (const [index, sample] of samplesOf('packages/vmcorekit/README.md').entries()) {
    writeFileSync(join(folder, `package-${index}.js`), sample);
    node(folder, `package-${index}.js`);
  }
  copyFileSync(join(samples, 'library.ts'), join(folder, 'library.ts'));
  compile(folder, ['library.ts']);
  expectText(node(folder, 'library.js', 'vmcore'), 'true\ncertain');
}

/**
 * A plug-in built against core alone, loaded by the command, where core has had a release since:
 * there is one copy of it all the same.
 */
export function tryAPlugin(folder, tarballs, newerCore) {
  install(folder, { ...tarballs, '@vmcorekit/core': newerCore }, Object.keys(tarballs));
  const copies = readdirSync(join(folder, 'node_modules'), { recursive: true }).filter((name) =>
    /(^|node_modules[/\\])@vmcorekit[/\\][^/\\]+[/\\]package\.json$/.test(String(name)),
  );
  const expected = Object.keys(tarballs).filter((name) => name !== 'vmcorekit').length;
  expectThat(copies.length === expected, `some are there more than once: ${copies.join(' ')}`);
  copyFileSync(join(samples, 'plugin.ts'), join(folder, 'plugin.ts'));
  compile(folder, ['plugin.ts']);
  copyFileSync(dump, join(folder, 'vmcore'));
  writeFileSync(join(folder, 'site.yaml'), 'plugins:\n  - ./plugin.js\n');
  const plugins = vmcorekit(folder, 'plugins', '--config', 'site.yaml');
  expectText(plugins, 'note-names');
  expectText(plugins, 'acme-note');
  expectText(vmcorekit(folder, 'analyze', '--config', 'site.yaml', 'note-names', 'vmcore'), 'CORE');
}

/** The samples of a page that import the library. */
function samplesOf(page) {
  const text = readFileSync(join(rootFolder, page), 'utf8');
  const found = [...text.matchAll(/^```js\n(.*?)^```$/gms)]
    .map(([, sample]) => sample)
    .filter((sample) => sample.includes("from 'vmcorekit'"));
  expectThat(found.length > 0, `${page} has no sample`);
  return found;
}

/** As strict as a compiler can be asked to be; the types of all packages are checked too. */
function compile(folder, files) {
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    typeRoots: [join(rootFolder, 'node_modules/@types')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  run(folder, process.execPath, [join(rootFolder, 'node_modules/typescript/bin/tsc')]);
}

const node = (folder, ...words) => run(folder, process.execPath, words);
const vmcorekit = (folder, ...words) => run(folder, 'npx', ['--no-install', 'vmcorekit', ...words]);

function run(folder, command, words) {
  const env = { ...process.env, XDG_CACHE_HOME: cacheOf(folder) };
  const { status, stdout, stderr } = spawnSync(command, words, {
    cwd: folder,
    encoding: 'utf8',
    env,
  });
  expectThat(status === 0, `${command} ${words.join(' ')}: ${status}\n${stdout}${stderr}`);
  return stdout;
}

const cacheOf = (folder) => join(folder, 'cache');

function expectText(text, wanted) {
  expectThat(text.includes(wanted), `'${wanted}' is not in:\n${text}`);
}

function expectThat(isSo, complaint) {
  if (!isSo) {
    throw new Error(complaint);
  }
}

/** The tarball's package as its next patch release would be, packed into the folder. */
export function nextPatch(unpacked, folder) {
  const file = join(unpacked, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const [major, minor, patch] = manifest.version.split('.');
  const version = `${major}.${minor}.${Number(patch) + 1}`;
  const next = Object.fromEntries(
    Object.entries(manifest.dependencies ?? {}).map(([name, range]) => [
      name,
      isOurs(name) ? `^${version}` : range,
    ]),
  );
  writeFileSync(file, JSON.stringify({ ...manifest, version, dependencies: next }));
  const words = ['pack', '--silent', '--pack-destination', folder, unpacked];
  return join(folder, execFileSync('npm', words, { encoding: 'utf8' }).trim());
}
