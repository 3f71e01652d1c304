// Bundles the command into few files, for its start-up: of a probe's time, resolving and loading two hundred modules was a third.
import { readdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const cli = fileURLToPath(new URL('../packages/cli/', import.meta.url));
const { metafile } = await build({
  entryPoints: [`${cli}dist/main.js`],
  outdir: `${cli}dist/bundle`,
  bundle: true,
  splitting: true,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // lzo-wasm finds its WebAssembly beside itself, and stays a separate, replaceable file; cosmiconfig's loader of TypeScript is never used.
  external: ['lzo-wasm', 'typescript'],
  banner: { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);" },
  legalComments: 'linked',
  logLevel: 'warning',
});

// Chunks are named by their contents: those of an earlier build would stay, and be published.
const built = new Set(Object.keys(metafile.outputs).map((path) => basename(path)));
for (const name of readdirSync(`${cli}dist/bundle`)) {
  if (!built.has(name)) {
    rmSync(`${cli}dist/bundle/${name}`);
  }
}
