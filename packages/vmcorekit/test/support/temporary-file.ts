import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-cli-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Writes a file into a folder of its own, gone when the tests end, and returns its path. */
export function writeTemporaryFile(name: string, contents: string | Uint8Array): string {
  const path = join(mkdtempSync(join(folder, 'd')), name);
  writeFileSync(path, contents);
  return path;
}
