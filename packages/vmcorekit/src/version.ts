import { readFileSync } from 'node:fs';

/** The bundler sets it, so that the command runs without its package's folder. */
declare const bundledVersion: string | undefined;

/** The version in this package's package.json. */
export function version(): string {
  if (typeof bundledVersion !== 'undefined') {
    return bundledVersion;
  }
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
