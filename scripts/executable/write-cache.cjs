// Writes V8's code cache for the command: what a probe of a small real dump compiles. Run by the
// Node that the executable will hold; another's cache would be refused.
//   node write-cache.cjs COMMAND CACHE DUMP
const { readFileSync, writeFileSync } = require('node:fs');
const { loadCommand } = require('./load.cjs');

const [, , command, cache, dump] = process.argv;
const { script, run } = loadCommand(readFileSync(command, 'latin1'));
process.argv.splice(2, process.argv.length, 'probe', '--no-config', dump);
process.stdout.write = (_text, encoding, done) => {
  const callback = typeof encoding === 'function' ? encoding : done;
  callback?.();
  return true;
};
process.on('exit', () => writeFileSync(cache, script.createCachedData()));
run();
