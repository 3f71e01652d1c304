import { extname } from 'node:path';

const extensions = ['.ts', '.mts', '.cts'];

/** Why this Node cannot run a TypeScript file; undefined for other files, and where it can. */
export function typeScriptRefusal(path: string): string | undefined {
  const runs = 'typescript' in process.features && process.features.typescript !== false;
  return runs || !extensions.includes(extname(path))
    ? undefined
    : `Node ${process.versions.node} runs no TypeScript: compile it to .mjs, or use Node 22.18 or later`;
}
