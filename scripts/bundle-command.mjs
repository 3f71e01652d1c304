// Bundles the command into one file, for its start-up: resolving and loading two hundred modules
// took a third of a probe's time, and Node loads CommonJS faster than modules. What a command does
// not use is not evaluated.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import {
  commonOptions,
  lateBuiltins,
  oneImporter,
  quickPerformance,
  workers,
} from './bundling.mjs';

/**
 * lzo-wasm has its function as an ES module's default, but esbuild takes what it is made to require
 * for CommonJS. A module in between gives it what it expects.
 */
const requiredDefault = {
  name: 'required-default',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^lzo-wasm\// }, ({ path, namespace }) =>
      namespace === 'required-default'
        ? { path, external: true }
        : { path, namespace: 'required-default' },
    );
    onLoad({ filter: /./, namespace: 'required-default' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)}).default;`,
    }));
  },
};

const command = fileURLToPath(new URL('../packages/vmcorekit/', import.meta.url));
const folder = `${command}dist/bundle/`;

/** Bundles modules below dist of the command into one script. */
async function bundleTo(name, modules) {
  const outfile = `${folder}${name}`;
  await build({
    ...modules,
    outfile,
    ...commonOptions,
    plugins: [requiredDefault, lateBuiltins, oneImporter],
    // lzo-wasm finds its WebAssembly beside itself, and stays a separate, replaceable file; the
    // others are large and seldom used; cosmiconfig's loader of TypeScript is never used.
    external: [
      '@alexaltea/capstone-js',
      '@hpcc-js/wasm-zstd',
      'js-yaml',
      'lzo-wasm',
      'typescript',
      'yaml',
      'zstddec',
    ],
    banner: {
      js: [
        "const { pathToFileURL: urlOf } = require('node:url');",
        'const importMetaUrl = urlOf(__filename).href;',
        "const importModule = (specifier) => require('../../bin/import-module.cjs').importModule(specifier);",
        quickPerformance,
        'const importMetaResolve = (name) => urlOf(require.resolve(name)).href;',
      ].join('\n'),
    },
    legalComments: 'linked',
  });
  // A script out of a code cache has no import() of its own; the decoders that stay separate files
  // are loaded by one that does.
  writeFileSync(outfile, readFileSync(outfile, 'utf8').replaceAll('import("', 'importModule("'));
}

rmSync(folder, { recursive: true, force: true });
await bundleTo('main.cjs', { entryPoints: [`${command}dist/main.js`] });
// A worker is a file found beside the module that starts it: the bundle is that module now. All
// workers are in one script, because those that open a dump are nearly the same. Modules outside
// the bundle start workers outside it.
const starters = workers.map((worker) => `'${basename(worker)}': () => import('./${worker}.js')`);
await bundleTo('threads.cjs', {
  stdin: {
    contents: `export const starters = { ${starters.join(', ')} };`,
    resolveDir: `${command}dist`,
  },
});
for (const worker of workers) {
  const name = basename(worker);
  writeFileSync(
    `${folder}${name}.js`,
    "import { createRequire } from 'node:module';\n" +
      `createRequire(import.meta.url)('./threads.cjs').starters['${name}']();\n`,
  );
}
