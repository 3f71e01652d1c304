#!/usr/bin/env node
const { existsSync } = require('node:fs');
const { join } = require('node:path');

// Committed, because npm links no command whose file is missing at install; the build comes after
// that.
const bundle = join(__dirname, '../dist/bundle/main.cjs');
if (!existsSync(bundle)) {
  process.stderr.write('vmcorekit: not built yet: run `npm run build` first\n');
  process.exitCode = 2;
} else if (process.argv.includes('--debug')) {
  // The modules themselves: a stack trace out of the bundle would name neither file nor function.
  process.setSourceMapsEnabled(true);
  void import('../dist/main.js');
} else {
  const words = process.argv.slice(2);
  // First of all: V8 refuses code that was compiled under other flags.
  require('./optimize-late.cjs').optimizeLate(words[0]);
  const folder = require('./user-cache-folder.cjs').userCacheFolder(process.env, process.platform);
  require('./load-bundle.cjs').loadBundle(bundle, folder, words).run();
}
