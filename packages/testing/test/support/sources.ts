import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Of the project. */
export const root: URL = new URL('../../../../', import.meta.url);

/** What a source file takes from where: the specifier as it stands in the file. */
export interface ImportOf {
  readonly path: string;
  readonly from: string;
  /** False for `export … from`, and for what is imported when it is needed. */
  readonly isImport: boolean;
}

/** Folders of the project that hold a `src`, by their path from the root. */
export function projects(): string[] {
  const grouped = ['packages', 'examples'].flatMap((group) =>
    readdirSync(new URL(`${group}/`, root)).map((name) => `${group}/${name}`),
  );
  return [...grouped, 'lab', 'interop', 'bench', 'fuzz'].filter((folder) =>
    existsSync(new URL(`${folder}/src/`, root)),
  );
}

/**
 * Every TypeScript source of the project that is not a test, without its comments, by its path from
 * the root.
 */
export function sources(): Map<string, string> {
  return new Map([...wholeSources()].map(([path, text]) => [path, withoutComments(text)]));
}

/** The same with comments. */
export function wholeSources(): Map<string, string> {
  const paths = projects().flatMap((folder) =>
    readdirSync(new URL(`${folder}/src/`, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => `${folder}/src/${name}`),
  );
  return new Map(paths.map((path) => [path, readFileSync(new URL(path, root), 'utf8')]));
}

/** Every static import and re-export, and `import('…')`. */
export function imports(): ImportOf[] {
  const statement = /^(import|export)\b[^;'"]*?\bfrom '([^']+)';/gm;
  const dynamic = /(?<!typeof )\bimport\('([^']+)'\)/g;
  return [...sources()].flatMap(([path, text]) => [
    ...[...text.matchAll(statement)].map(([, word, from = '']) => ({
      path,
      from,
      isImport: word === 'import',
    })),
    ...[...text.matchAll(dynamic)].map(([, from = '']) => ({ path, from, isImport: false })),
  ]);
}

function withoutComments(text: string): string {
  return text.replace(/\/\*\*?[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}
