/** Node's built-in modules that codecs use. */
interface Builtins {
  'node:fs': typeof import('node:fs');
  'node:zlib': typeof import('node:zlib');
}

/**
 * A Node built-in; undefined outside Node. Not an import, so the package loads in a browser and a
 * bundler has nothing to resolve.
 */
export function nodeBuiltin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const host = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return host.process?.getBuiltinModule?.(name) as Builtins[Name] | undefined;
}
