#!/usr/bin/env node
import { existsSync } from 'node:fs';

// Committed, because npm links no command whose file is missing at install; the build comes after
// that.
const main = new URL('../dist/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('vmcorekit-mcp: not built yet: run `npm run build` first\n');
  process.exitCode = 2;
}
