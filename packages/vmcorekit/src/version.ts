import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** This package's version, out of its own package.json. */
export function version(): string {
  const text = readFileSync(fileURLToPath(import.meta.resolve('vmcorekit/package.json')), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}
