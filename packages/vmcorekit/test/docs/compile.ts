import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './documents.ts';

/** Inside the workspace, where the compiler finds the packages. */
const folder = fileURLToPath(new URL('compiled-blocks/', import.meta.url));

/**
 * Checks the types of TypeScript files and compiles them, all in one run of the compiler. Takes
 * texts by path; gives scripts by the same paths, ended in `.js`.
 */
export function compile(texts: ReadonlyMap<string, string>): {
  readonly status: number;
  readonly stdout: string;
  readonly script: (path: string) => string;
} {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of texts) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        target: 'es2022',
        types: ['node'],
        isolatedDeclarations: false,
        composite: false,
        declaration: false,
        declarationMap: false,
        sourceMap: false,
        noUnusedLocals: false,
      },
    }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], {
    encoding: 'utf8',
  });
  return {
    status: status ?? -1,
    stdout,
    script: (path) => readFileSync(join(folder, path), 'utf8'),
  };
}
