// Bundles the command into few files, for its start-up: of a probe's time, resolving and loading two hundred modules was a third.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const cli = fileURLToPath(new URL('../packages/cli/', import.meta.url));
await build({
  entryPoints: [`${cli}dist/main.js`],
  outdir: `${cli}dist/bundle`,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // Finds its WebAssembly beside itself, and stays a separate, replaceable file.
  external: ['lzo-wasm'],
  banner: { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);" },
  legalComments: 'linked',
  logLevel: 'warning',
});
