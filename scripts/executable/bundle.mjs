// Bundles what the single executable holds: its first script, the command and the threads' scripts.
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import {
  commonOptions,
  lateBuiltins,
  oneImporter,
  quickPerformance,
  workers,
} from '../bundling.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const here = `${root}scripts/executable/`;
const modules = `${root}packages/vmcorekit/dist/`;

/** Replaces the modules that only make sense where packages are installed. */
const alone = {
  name: 'alone',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.{1,2}\/(start-worker|load-capstone|lzo-wasm)\.js$/ }, ({ path }) => ({
      path: `${here}${basename(path, '.js')}.mjs`,
    }));
    // Of cosmiconfig's loader of TypeScript, which is never used.
    onResolve({ filter: /^typescript$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /./, namespace: 'left-out' }, () => ({ contents: '' }));
  },
};

/**
 * Writes the scripts into a folder. Gives the assets by name, and the path of every file that went
 * in.
 */
export async function bundleScripts(folder) {
  const inputs = new Set();
  const bundle = async (entry, outfile, options) => {
    const { metafile } = await build({
      ...commonOptions,
      ...options,
      absWorkingDir: root,
      entryPoints: [entry],
      outfile,
      metafile: true,
      legalComments: 'none',
    });
    for (const path of Object.keys(metafile.inputs)) {
      inputs.add(path);
    }
  };
  await bundle(`${here}main.cjs`, `${folder}/main.cjs`, {});
  await bundle(`${modules}main.js`, `${folder}/command.cjs`, {
    plugins: [alone, lateBuiltins, oneImporter],
    // Capstone's loader reads the name on its way to a file that it does not need.
    banner: { js: `${quickPerformance} const __dirname = '';` },
  });
  const assets = {
    'command.cjs': `${folder}/command.cjs`,
    'capstone.wasm': `${root}node_modules/@alexaltea/capstone-js/dist/capstone.wasm`,
  };
  for (const worker of workers) {
    const name = `${basename(worker)}.js`;
    await bundle(`${modules}${worker}.js`, `${folder}/${name}`, {
      plugins: [alone, oneImporter],
      banner: { js: "const importMetaUrl = 'file:///', importModule = null;" },
    });
    assets[name] = `${folder}/${name}`;
  }
  return { assets, inputs: [...inputs] };
}
