/**
 * Has V8 compile with its optimizing compiler only what stays busy for long. A probe is over before
 * that pays: half its processor time went into code that hardly ran. Only V8 11 (Node 20) gets
 * the flag: later versions do so by themselves, and know no such flag.
 */
exports.optimizeLate = () => {
  if (process.versions.v8.startsWith('11.')) {
    require('node:v8').setFlagsFromString('--interrupt-budget=1000000');
  }
};
