import { extname } from 'node:path';

const extensions = ['.ts', '.mts', '.cts'];

/**
 * Why this Node does not run a file that is TypeScript; undefined for other files, and where it
 * does.
 */
export function typeScriptRefusal(path: string): string | undefined {
  const runs = 'typescript' in process.features && process.features.typescript !== false;
  return runs || !extensions.includes(extname(path))
    ? undefined
    : `Node ${process.versions.node} runs no TypeScript: compile it to .mjs, or use Node 22.18 or later`;
}
