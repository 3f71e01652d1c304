#!/usr/bin/env node
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { loadBundle } = require('./load-bundle.cjs');

// Committed, because npm links no command whose file is missing at install; the build comes after that.
const bundle = join(__dirname, '../dist/bundle/main.cjs');
if (existsSync(bundle)) {
  loadBundle(bundle, `${bundle}.cache`).run();
} else {
  process.stderr.write('vmcorekit: not built yet: run `npm run build` first\n');
  process.exitCode = 2;
}
