/** Commands that read a few thousand pages. Those that read all of a dump get the usual flags. */
const shortCommands = new Set([
  'analyze',
  'bt',
  'list',
  'log',
  'mod',
  'print',
  'probe',
  'ps',
  'struct',
  'sym',
  'translate',
  'whatis',
]);

/**
 * Has V8 compile with its optimizing compiler only what stays busy for long. A short command is
 * over before that pays: half the processor time of a probe went into code that hardly ran, and a
 * quarter of that of ps, bt and mod. Only V8 11 (Node 20) gets the flag: later versions do so by
 * themselves, and know no such flag.
 */
exports.optimizeLate = (command) => {
  if (shortCommands.has(command) && process.versions.v8.startsWith('11.')) {
    require('node:v8').setFlagsFromString('--interrupt-budget=1000000');
  }
};
