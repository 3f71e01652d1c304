// What the single executable starts with.
const { getAsset, getRawAsset } = require('node:sea');
const { optimizeLate } = require('../../packages/vmcorekit/bin/optimize-late.cjs');
const { loadCommand } = require('./load.cjs');

const { run } = loadCommand(
  getAsset('command.cjs', 'latin1'),
  new Uint8Array(getRawAsset('command.cache')),
);
optimizeLate(process.argv[2]);
run();
