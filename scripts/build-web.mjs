// Bundles the page into static files: packages/web/site can be served from anywhere.
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import {
  contentSecurityPolicy,
  pluginWorkerPolicy,
  remoteWorkerPolicy,
} from '../packages/web/dist/policy.js';
import { directImports } from './direct-imports.mjs';
import { writeGallery } from './web-gallery.mjs';

const web = fileURLToPath(new URL('../packages/web/', import.meta.url));
const site = `${web}site/`;

/** Modules that a browser cannot use: what asks for them has another way there. */
const notInBrowsers = {
  name: 'not-in-browsers',
  setup({ onResolve, onLoad }) {
    // lzo-vmcorekit comes first and does all; lzo-wasm wants shared memory.
    onResolve({ filter: /^lzo-wasm\// }, ({ path }) => ({ path, namespace: 'not-in-browsers' }));
    // Capstone looks for files only where it finds Node.
    onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'not-in-browsers' }));
    onLoad({ filter: /./, namespace: 'not-in-browsers' }, () => ({
      contents: 'export default undefined;',
    }));
  },
};

rmSync(site, { recursive: true, force: true });
cpSync(`${web}static/`, site, { recursive: true });
writeGallery(`${site}examples`);
const options = {
  outdir: site,
  bundle: true,
  format: 'esm',
  platform: 'browser',
  target: ['chrome123', 'firefox121', 'safari17.5'],
  minify: true,
  // Older browsers have no such symbol, and classes use it as the name of a method.
  banner: { js: "Symbol.dispose??=Symbol('Symbol.dispose');" },
  legalComments: 'linked',
  plugins: [notInBrowsers, directImports],
  metafile: true,
  logLevel: 'warning',
};
const { metafile } = await build({
  ...options,
  entryPoints: {
    page: `${web}dist/page/main.js`,
    worker: `${web}dist/session/worker.js`,
    'remote-worker': `${web}dist/session/remote-worker.js`,
  },
  chunkNames: 'chunks/[name]-[hash]',
  splitting: true,
});
// One file, so that its policy allows no server at all, not even its own.
const confined = await build({
  ...options,
  entryPoints: { 'plugin-worker': `${web}dist/session/plugin-worker.js` },
});
const index = readFileSync(`${site}index.html`, 'utf8');
// A header may say more than an element can: frames are forbidden only by a header.
const ofElement = contentSecurityPolicy.replace(" frame-ancestors 'none';", '');
const page = index.replace(
  '<meta charset="utf-8">',
  `$&\n    <meta http-equiv="Content-Security-Policy" content="${ofElement}">`,
);
writeFileSync(`${site}index.html`, page);
// The examples, twice as large as the page, are not kept.
const files = readdirSync(site, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !entry.name.endsWith('LEGAL.txt'))
  .map(({ parentPath, name }) => relative(site, join(parentPath, name)).replaceAll('\\', '/'))
  .filter((file) => !file.startsWith('examples/'))
  .sort();
const digest = createHash('sha256');
for (const file of files) {
  digest.update(`${file}\n`).update(readFileSync(join(site, file)));
}
const version = digest.digest('hex').slice(0, 16);
// A page asks for its own version: the browser's offline copy may have two.
writeFileSync(`${site}index.html`, page.replace(/(?<="page\.(?:css|js))(?=")/g, `?${version}`));
// Last: it names all other files, so that a browser sees a new version.
const kept = files.map((file) => [file === 'index.html' ? '' : file, integrityOf(file)]);
await build({
  ...options,
  format: 'iife',
  entryPoints: { 'service-worker': `${web}dist/offline/service-worker.js` },
  define: { PRECACHED: JSON.stringify({ version, files: Object.fromEntries(kept) }) },
});
// What hosts of static files read that take headers from a file.
writeFileSync(
  `${site}_headers`,
  [
    ...headersOf('/', contentSecurityPolicy),
    ...headersOf('/index.html', contentSecurityPolicy),
    ...headersOf('/worker.js', contentSecurityPolicy),
    ...headersOf('/service-worker.js', contentSecurityPolicy),
    ...headersOf('/plugin-worker.js', pluginWorkerPolicy),
    ...headersOf('/remote-worker.js', remoteWorkerPolicy),
  ].join('\n'),
);
const outputs = { ...metafile.outputs, ...confined.metafile.outputs };
for (const [file, { bytes }] of Object.entries(outputs)) {
  if (bytes > 10_000 && process.argv.includes('--sizes')) {
    console.log(`${String(bytes).padStart(9)} ${file}`);
  }
}

function integrityOf(file) {
  return `sha256-${createHash('sha256')
    .update(readFileSync(join(site, file)))
    .digest('base64')}`;
}

function headersOf(path, policy) {
  return [path, `  Content-Security-Policy: ${policy}`, '  X-Content-Type-Options: nosniff', ''];
}
