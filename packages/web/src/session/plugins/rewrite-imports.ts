/**
 * Where a module names another one: `from '…'`, `import '…'`, `import('…')`. A text of the module
 * that looks the same is found too.
 */
const naming = /(\bfrom\s*|\bimport\s*(?:\(\s*)?)(["'])([^"'\n]+)\2/g;

/** The modules that a module names, each once. */
export function importsOf(text: string): readonly string[] {
  return [...new Set([...text.matchAll(naming)].map(([, , , name = '']) => name))];
}

/** The module with the addresses of other modules in place of their names. */
export function withImports(text: string, addresses: ReadonlyMap<string, string>): string {
  return text.replace(naming, (found: string, before: string, quote: string, name: string) => {
    const address = addresses.get(name);
    return address === undefined ? found : `${before}${quote}${address}${quote}`;
  });
}
