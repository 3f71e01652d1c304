import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder, and those above it that are missing, for the owner only. Throws what the system
 * throws. Not `recursive`: with it Node 20 never returns where a file system lets nothing be made,
 * such as /proc.
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) {
    return;
  }
  const above = dirname(path);
  if (above !== path) {
    makeFolder(above);
  }
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!existsSync(path)) {
      throw error;
    }
  }
}
