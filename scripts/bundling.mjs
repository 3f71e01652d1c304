// What the bundle of the npm command and that of the single executable have in common.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const manifest = new URL('../packages/vmcorekit/package.json', import.meta.url);

/** The version, compiled in: `packages/vmcorekit/src/version.ts` reads it. */
export const versionDefine = {
  bundledVersion: JSON.stringify(JSON.parse(readFileSync(manifest, 'utf8')).version),
};

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
