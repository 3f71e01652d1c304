import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './documents.ts';

/** Checks the types of every TypeScript file in a folder and compiles it in its place. */
export function compile(folder: string): { readonly status: number; readonly stdout: string } {
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
      include: ['*.ts'],
    }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], {
    encoding: 'utf8',
  });
  return { status: status ?? -1, stdout };
}
