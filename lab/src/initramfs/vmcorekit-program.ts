import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CpioEntry, fileMode } from './cpio.ts';
import { collectProgram } from './shared-libraries.ts';

const packageFolder = fileURLToPath(new URL('../../../packages/vmcorekit/', import.meta.url));

/** This machine's Node with its libraries, and the bundled command in a folder of its own. */
export async function collectVmcorekit(folderInGuest: string): Promise<readonly CpioEntry[]> {
  const files = ['bin', 'dist/bundle'].flatMap((folder) =>
    readdirSync(join(packageFolder, folder)).map((name) => join(folder, name)),
  );
  return [
    ...(await collectProgram(process.execPath, 'bin/node')),
    ...['package.json', ...files].map((path) => ({
      path: join(folderInGuest, path),
      mode: fileMode,
      data: readFileSync(join(packageFolder, path)),
    })),
  ];
}
