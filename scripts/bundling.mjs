// What the bundle of the npm command and that of the single executable have in common.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const manifest = new URL('../packages/vmcorekit/package.json', import.meta.url);

/** The scripts of threads, below dist of the command. */
export const workers = [
  'library/finding/find-worker',
  'library/verifying/tally-worker',
  'library/writing/encode-worker',
  '../../source-http/dist/fetch-worker',
  '../../source-s3/dist/s3-worker',
];

/** esbuild's options for one script that Node runs as CommonJS, for its start-up. */
export const commonOptions = {
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20.19',
  // A script out of a code cache cannot import: Node (20.20, tried) has lost its loader. It can
  // require, ES modules too.
  supported: { 'dynamic-import': false },
  minify: true,
  define: {
    // Compiled in: packages/vmcorekit/src/version.ts reads it.
    bundledVersion: JSON.stringify(JSON.parse(readFileSync(manifest, 'utf8')).version),
    'import.meta.url': 'importMetaUrl',
    'import.meta.resolve': 'importMetaResolve',
  },
  logLevel: 'warning',
};

/** The global one costs a millisecond when first used. */
export const quickPerformance =
  'const performance = { now: () => Number(process.hrtime.bigint()) / 1e6 };';

/**
 * Built-ins that take Node milliseconds to load and that a probe does not use: loaded when first
 * used.
 */
export const lateBuiltins = {
  name: 'late-builtins',
  setup({ onResolve, onLoad }) {
    onResolve(
      { filter: /^(node:)?(assert|crypto|os|v8|worker_threads|zlib)$/ },
      ({ path, namespace }) =>
        namespace === 'late-builtin'
          ? { path, external: true }
          : { path, namespace: 'late-builtin' },
    );
    onLoad({ filter: /./, namespace: 'late-builtin' }, ({ path }) => ({
      contents: `
        const load = () => require(${JSON.stringify(path)});
        module.exports = (...given) => load()(...given);
        for (const name of ${JSON.stringify(Object.keys(createRequire(import.meta.url)(path)))}) {
          Object.defineProperty(module.exports, name, { get: () => load()[name] });
        }`,
    }));
  },
};

/**
 * The function `importModule` of the script's surroundings, in the place of a module that has one:
 * finding and loading that took a millisecond.
 */
export const oneImporter = {
  name: 'one-importer',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@vmcorekit\/config\/import-module$/ }, ({ path }) => ({
      path,
      namespace: 'one-importer',
    }));
    onLoad({ filter: /./, namespace: 'one-importer' }, () => ({
      contents: 'exports.importModule = importModule;',
    }));
  },
};
