import type { PluginFile } from '../../protocol/session-start.ts';
import { importsOf, withImports } from './rewrite-imports.ts';

/** Makes an address of a module's text, which `import()` takes. */
export type Publish = (text: string) => string;

/**
 * Links files of a plug-in to each other and to the page's own packages: a worker has no import
 * map. Imports of other files are found by the last part of their path.
 */
export class Linker {
  readonly #files: ReadonlyMap<string, PluginFile>;
  readonly #own: ReadonlyMap<string, string>;
  readonly #publish: Publish;
  readonly #addresses: Map<string, string> = new Map();
  readonly #open: Set<string> = new Set();

  /** @param own addresses of the page's packages, by name */
  constructor(files: readonly PluginFile[], own: ReadonlyMap<string, string>, publish: Publish) {
    this.#files = new Map(files.map((file) => [file.name, file]));
    this.#own = own;
    this.#publish = publish;
  }

  /** Throws `Error` for an import that is not there, and for files that import each other. */
  addressOf(file: PluginFile): string {
    const known = this.#addresses.get(file.name);
    if (known !== undefined) {
      return known;
    }
    if (this.#open.has(file.name)) {
      throw new Error(`${file.name} imports itself through another file: make it one file`);
    }
    this.#open.add(file.name);
    const addresses = new Map(importsOf(file.text).map((name) => [name, this.#resolve(name)]));
    this.#open.delete(file.name);
    const address = this.#publish(withImports(file.text, addresses));
    this.#addresses.set(file.name, address);
    return address;
  }

  #resolve(name: string): string {
    const own = this.#own.get(name);
    if (own !== undefined) {
      return own;
    }
    const file = name.startsWith('.') ? this.#files.get(lastPart(name)) : undefined;
    if (file !== undefined) {
      return this.addressOf(file);
    }
    throw new Error(
      name.startsWith('.')
        ? `it imports ${name}: give that file together with it`
        : `it imports ${name}, which the page does not have: bundle it into the file`,
    );
  }
}

/** The files that no other one imports: these are the plug-ins. */
export function rootsOf(files: readonly PluginFile[]): readonly PluginFile[] {
  const imported = new Set(
    files.flatMap(({ text }) => importsOf(text).filter(isRelative).map(lastPart)),
  );
  return files.filter(({ name }) => !imported.has(name));
}

function isRelative(name: string): boolean {
  return name.startsWith('.');
}

function lastPart(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
