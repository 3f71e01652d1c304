import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'vmcorekit-config-')));
process.on('exit', () => rmSync(root, { recursive: true, force: true }));

/** A new folder with these files in it, gone when the tests end. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(root, 'd'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
